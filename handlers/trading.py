"""转让: an owner's offer is weighed and stands, a buyer agrees, the exchange settles (R38, R39; I7).

What an offer must hold is judged again where the effects are carried out, whatever a diagram says.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from handlers.contract import Context, Handler, Json, Outcome, Values
from handlers.effects import EndOrder, Notify, PlaceOrder, ReservePayment, SettleOrder
from handlers.facts import Form, Party
from handlers.values import day, text, tonnes
from workflow_app.domain.trading.orders import ARTICLE, Mode, cents_of, deviation, ensure_offer, yuan
from workflow_app.kernel.clock import SHANGHAI
from workflow_app.kernel.errors import Refused
from workflow_app.kernel.identifiers import new_id

FORMS = {mode: mode.process for mode in Mode}


def _offer(context: Context, mode: Mode) -> tuple[Form, int, int]:
    """Return the form of the offer, its tonnes and its price in cents."""
    form = context.facts.form(FORMS[mode])
    if form is None:
        raise LookupError("no offer was handed in")
    quantity, cents = tonnes(form.get("offer_tonnes")) or 0, cents_of(form.get("offer_price"))
    ensure_offer(quantity, cents)
    return form, quantity, cents


def _measure_price(inputs: Values, context: Context) -> Outcome:
    _, _, cents = _offer(context, Mode(str(inputs["mode"])))
    reference = context.facts.reference_price()
    shown = "近期无成交" if reference is None else yuan(reference)
    values: dict[str, Json] = {
        "has_reference": reference is not None,
        "reference_price": shown,
        "price_deviation": deviation(cents, reference),
    }
    return Outcome(values)


def _place_order(inputs: Values, context: Context) -> Outcome:
    mode = Mode(str(inputs["mode"]))
    form, quantity, cents = _offer(context, mode)
    opens_at = context.at
    opens_on = day(form.get("opens_on"))
    if mode is Mode.AUCTION and opens_on is not None:
        opens_at = max(opens_at, datetime.combine(opens_on, time(0), SHANGHAI).astimezone(UTC))
    buyer = _buyer(text(form.get("buyer_account")), context) if mode is Mode.NEGOTIATED else None
    sequence = tonnes(form.get("batch_sequence"))
    order = PlaceOrder(new_id(), mode.value, quantity, cents, opens_at, buyer.id if buyer else None, sequence)
    values: dict[str, Json] = {
        "order_id": order.order_id,
        "order_tonnes": quantity,
        "order_price": yuan(cents),
        "order_amount": yuan(quantity * cents),
        "opens_at": opens_at.isoformat(),
        "buyer_party": buyer.principal if buyer else "",
    }
    exchange = f"role:exchange_maker:{context.variables.get('exchange_org')}"
    told = Notify((exchange,), mode.label, f"业主提出{mode.label}：{quantity:,}吨，单价{yuan(cents)}元")
    return Outcome(values, (order, told))


def _buyer(number: str, context: Context) -> Party:
    found = context.facts.account_numbered(number)
    if found is None or found.kind != "buyer":
        raise Refused("no_such_buyer", "没有这个购买户，请核对账户编号", article=ARTICLE)
    return found


def _reserve_payment(inputs: Values, context: Context) -> Outcome:
    return Outcome({"agreed_at": context.at.isoformat()}, (ReservePayment(context.text("order_id")),))


def _settle_order(inputs: Values, context: Context) -> Outcome:
    return Outcome({}, (SettleOrder(context.text("order_id")),))


def _close_order(inputs: Values, context: Context) -> Outcome:
    reasons = ("order_end_reason", "confirmation_reason", "review_opinion")
    reason = next((text(context.variables.get(name)) for name in reasons if context.variables.get(name)), "")
    ended = EndOrder(context.text("order_id"), str(inputs["outcome"]), reason)
    return Outcome({"order_outcome": ended.state}, (ended,))


HANDLERS = (
    Handler(
        "measure_price",
        "服务规则：价格区间",
        _measure_price,
        inputs=("mode",),
        outputs=("has_reference", "reference_price", "price_deviation"),
    ),
    Handler(
        "place_order",
        ARTICLE,
        _place_order,
        inputs=("mode",),
        outputs=("order_id", "order_tonnes", "order_price", "order_amount", "opens_at", "buyer_party"),
        effects=(PlaceOrder, Notify),
    ),
    Handler("reserve_payment", ARTICLE, _reserve_payment, outputs=("agreed_at",), effects=(ReservePayment,)),
    Handler("settle_order", ARTICLE, _settle_order, effects=(SettleOrder,)),
    Handler(
        "close_order",
        ARTICLE,
        _close_order,
        inputs=("outcome",),
        outputs=("order_outcome",),
        effects=(EndOrder,),
    ),
)
