"""Who may not apply: whoever handed in false data, for three years, and until what is owed is made good.

31号令第四十三条 by analogy (docs/domain.md §4); judged when an application is handed in (K).
"""

from __future__ import annotations

from workflow_app.commands.run import Run
from workflow_app.domain.correction import ARTICLE
from workflow_app.kernel.clock import legal_date
from workflow_app.kernel.errors import Refused


def ensure_not_barred(run: Run, *organisations: str) -> None:
    """Refuse an application of a barred owner, whoever hands it in.

    :raises Refused: with the correction's number and the last day, where it has one.
    """
    held = [run.uow.programme.account(organisation, "owner") for organisation in dict.fromkeys(organisations)]
    accounts = tuple(account["id"] for account in held if account is not None)
    bar = run.uow.cancellations.bar(accounts, legal_date(run.at)) if accounts else None
    if bar is None:
        return
    owed = f"，且尚有{bar['outstanding']:,}吨未补足" if bar["outstanding"] else ""
    raise Refused(
        "applicant_barred",
        f"因造假撤销（{bar['number']}），{bar['barred_until']}前不得再次申请{owed}",
        article=ARTICLE,
    )
