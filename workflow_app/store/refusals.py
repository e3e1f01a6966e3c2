"""What the database refuses, in the words of the programme: one table from marker to error.

The triggers raise ``jcer:<code>``; a broken constraint is found by its name. A refusal of the
database means that a check above it was missed or raced, so the message is for people all the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError

from workflow_app.kernel.errors import Conflict, JcerError, Refused

_ALREADY: Final = "同样的记录已经存在，可能已由他人或前一次提交完成，请刷新后查看"
_MARK: Final = re.compile(r"jcer:([a-z_]+)")

_RULES: Final[Mapping[str, tuple[str, str | None]]] = {
    "append_only": ("历史、台账和已部署的版本只能追加，不能更改或删除", None),
    "proposal_decided": ("部署申请已经办结，不能再改", None),
    "not_approved": ("没有经另一人审批同意的部署申请，不能部署", "服务规则：流程部署须由另一人审批"),
    "notice_not_closed": ("公示期未满，不能登记", "355号附件一（三）"),
    "notice_final": ("公示已发布或已结束，其内容不得更改", "355号附件一（三）"),
    "notice_before_opinion": ("公示须在专家组通过之后进行，请重新公示", "355号附件一（三）"),
    "comment_lateness": ("意见是否逾期以公示截止时间为准", "355号附件一（三）"),
    "comment_final": ("公众意见的内容和处理结果不得更改", None),
    "registration_missing": ("没有有效的登记，项目不能处于已登记状态", "355号附件二（一）"),
    "notice_of_other_project": ("所依据的公示不属于该项目", "355号附件一（三）"),
    "notice_upheld": ("公示异议成立，不能以此次公示登记", "355号附件一（三）"),
    "open_objection": ("仍有未处理完毕的异议，不能登记或签发", "355号附件二（一）"),
    "opinion_not_passed": ("没有通过的专家组意见，不能登记或签发", "355号附件一（二）"),
    "closing_moved_earlier": ("已公布的公示截止时间不得提前", "355号附件一（三）"),
    "registration_final": ("登记信息不得更改或删除", "355号附件二（一）"),
    "batch_periods_overlap": ("本期签发的起止日期与该项目其他批次重叠", "31号令第四十八条"),
    "batch_outside_crediting_period": ("本期签发的起止日期不在项目计入期内", "31号令第十七条"),
    "batch_tonnes_rise": ("修改时减排量只能调减，不得调增", "服务规则：修改只减不增"),
    "opinion_of_other_batch": ("所依据的专家组意见不是本期的", "355号附件一（二）"),
    "notice_of_other_batch": ("所依据的公示不是本期的", "355号附件一（三）"),
    "methodology_versions_overlap": ("该方法学在此期间已有适用的版本", "355号正文四"),
    "methodology_version_final": ("方法学版本一经登记不得更改", "355号正文四"),
    "methodology_pinned": ("已登记项目所依据的方法学版本不得更改", "355号正文四"),
    "first_notice_required": ("首期减排量随项目一并公示，不能免予公示", "355号附件一（三）"),
    "notice_pinned": ("本期减排量是否公示以收件时的参数为准，不得更改", "355号附件一（三）"),
    "batch_final": ("已签发的批次不得更改数量和期间", None),
    "project_not_registered": ("项目尚未登记，不能签发", "355号附件一（二）"),
    "posting_unbalanced": ("台账分录借贷不平", None),
    "posting_sealed": ("台账分录已记账，不能再添加", None),
    "mint_differs": ("签发数量与批次不符", None),
    "units_terminal": ("已注销或核减的减排量不得再变动", "355号附件二（三）"),
    "units_overlap": ("同一减排量不能同时处于两处", None),
    "units_unmatched": ("转入的减排量不是所转出的减排量", None),
    "holding_unmatched": ("持有的减排量与台账分录不符，可能已被他人先行变动，请刷新后重试", None),
    "bucket_of_account": ("该账户不能这样持有减排量", "355号附件二（二）"),
    "posting_move": ("该类分录不允许这样变动减排量", None),
    "resale_forbidden": ("购买的减排量不得二次转让，只能用于注销", "355号附件二（三）"),
    "money_unbalanced": ("资金分录借贷不平", None),
    "money_move": ("该类分录不允许这样变动资金", None),
    "trade_missing": ("转让须有成交记录，且数量、双方一致", "355号附件二（二）"),
    "insufficient_funds": ("账户资金不足", "355号附件二（二）"),
    "account_not_normal": ("账户不处于正常状态，不能办理", "355号附件二（一）"),
    "account_not_empty": ("账户尚有减排量或资金，不能关闭", "355号附件二（一）"),
    "account_fixed": ("账户的编号、持有人和类别不得更改，已关闭的账户不得变动", "355号附件二（一）"),
    "cash_entry_final": ("出入金登记的内容和复核结果不得更改", "服务规则：经办与复核分离"),
    "cash_entry_unposted": ("出入金登记须与资金分录一致", "355号附件二（二）"),
    "cancellation_final": ("注销申请已提交，其内容和办理结果不得更改", "355号附件二（三）"),
    "cancellation_differs": ("注销申请与台账分录不符", "355号附件二（三）"),
    "certificate_differs": ("凭证的数量、序列号须与注销的减排量一致", "355号附件二（三）"),
    "certificate_final": ("凭证出具后不得更改，要素有误的作废后重新出具", "355号附件二（三）"),
    "delegation_not_live": ("没有有效的委托，不能出具凭证", "355号附件二（三）"),
    "delegation_final": ("委托不得更改，只能撤销", "355号附件二（三）"),
    "correction_final": ("更正的当事方、依据和决定不得更改", "参照31号令第四十三条"),
    "correction_differs": ("更正的数量与台账核减的数量不符", "参照31号令第四十三条"),
    "order_unregistered": ("项目尚未登记或者已经注销，不能转让", "355号附件二（二）"),
    "order_buyer": ("减排量只能转让到购买户", "355号附件二（二）"),
    "order_final": ("转让委托的内容不得更改，已结束的不得变动", "355号附件二（二）"),
    "bidding_closed": ("竞价未开始或者已经截止", "355号附件二（二）"),
    "bid_final": ("报价不得更改；竞价截止前可以撤回后重新报价", "355号附件二（二）"),
    "pilot_activity_final": ("活动记录不得更改，有误的作废后重新填报", "355号正文五（二）"),
    "pilot_evaluation_final": ("评估的期间、数据和已签发的报告不得更改", "355号正文五"),
    "migration_fixed": ("迁移申请的内容和审批结果不得更改", "服务规则：流程部署须由另一人审批"),
    "complaint_final": ("投诉的内容和答复不得更改", "参照31号令第三十四条、第四十一条"),
    "post_overlaps": ("此人在这段日期内已任该岗位，任职期间不得重叠", "服务规则：任职期间"),
    "post_fixed": ("任职记录不得更改，只能提前结束或收回", "服务规则：任职期间"),
    "organisation_in_use": ("该单位尚有人员任职，不能停用", "服务规则：任职期间"),
    "organisation_closed": ("该单位已停用，不能再配置岗位", "服务规则：任职期间"),
    "calendar_proposal_final": ("放假通知申请的内容不得更改，已办结的不得再办", None),
    "clerk_is_leader": ("同一项目的经办与审签不得为同一人", "服务规则：职责分离"),
    "maker_is_checker": ("同一项目的经办与复核不得为同一人", "服务规则：职责分离"),
}

_CONSTRAINTS: Final[Mapping[str, str]] = {
    "ck_public_notice_five_working_days": "公示期不得少于5个工作日",
    "ck_public_notice_never_early": "公示期未满，不能结束公示",
    "ck_registration_second_person": "登记的经办与复核不得为同一人",
    "ck_deployment_second_person": "部署流程须由另一人审批",
    "ck_proposal_second_person": "部署申请须由另一人审批",
    "ck_batch_quantity": "申请签发量不得大于核算的减排量（向下取整）",
    "ck_batch_accepted": "专家组认可的减排量不得超过申请量和核算的减排量（向下取整）",
    "ck_batch_publicised": "公示数量不得大于专家组认可的数量",
    "ck_batch_issued": "签发数量不得大于公示和专家组认可的数量",
    "ck_batch_period": "签发减排量的起止日期有误",
    "ck_account_second_person": "账户的经办与复核不得为同一人",
    "ck_cash_entry_second_person": "出入金的经办与复核不得为同一人",
    "ck_holding_sold_once": "购买的减排量不得二次转让，只能用于注销",
    "ck_trade_order_quantity": "可成交的数量不足，可能已被他人摘牌",
    "ck_pilot_evaluation_second_person": "评估报告的起草与审签不得为同一人",
    "ck_calendar_proposal_second_person": "放假通知须由提出人以外的省厅领导批准",
    "ck_unit_balance_quantity": "可用数量不足",
}


def translate(error: DBAPIError) -> Exception:
    """Return the programme's error for a database error, or the error itself where it is a defect."""
    text = str(error.orig)
    found = _MARK.search(text)
    if found and found[1] == "already_there":
        return Conflict("already_there", _ALREADY)
    if found and found[1] in _RULES:
        message, article = _RULES[found[1]]
        return Refused(found[1], message, article=article)
    for name, message in _CONSTRAINTS.items():
        if name in text:
            return Refused(name.removeprefix("ck_"), message)
    if isinstance(error, IntegrityError) and _is_duplicate(error):
        return Conflict("already_there", _ALREADY)
    if "database is locked" in text or getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "55P03"}:
        return Conflict("busy", "系统繁忙，请稍后重试")
    return error


def _is_duplicate(error: IntegrityError) -> bool:
    return "UNIQUE constraint failed" in str(error.orig) or getattr(error.orig, "sqlstate", None) == "23505"


def expected(error: Exception) -> bool:
    """Tell whether :func:`translate` found words for it."""
    return isinstance(error, JcerError)
