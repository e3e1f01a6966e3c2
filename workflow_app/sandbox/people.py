"""Who is in the sandbox: organisations and one account a role and organisation, named by post.

All fictitious; the codes are checksum-valid and carry ``DEM`` in their organisation part. Accounts
are entered by the system administrator, who is the only one the system itself enters.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

PASSWORD: Final = "jcer-sandbox-2026"  # noqa: S105  # printed on the sign-in page; the sandbox only
OPERATOR: Final = "operator"
EXCHANGE_QUALIFIED_UNTIL: Final = date(2030, 12, 31)


@dataclass(frozen=True, slots=True)
class Body:
    """One organisation.

    :param key: how the story names it.
    :param kind: ``kernel`` kind of organisation; see ``domain.parties``.
    :param place: county code where it is registered, or empty.
    """

    key: str
    name: str
    kind: str
    uscc: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account: a sign-in name, a displayed name that says the post, and roles.

    :param body: key of the organisation; empty for a natural person, who acts for themselves.
    """

    login: str
    name: str
    body: str
    roles: tuple[str, ...]
    post: str = ""


DEPARTMENT: Final = Body("department", "江西省生态环境厅（演示）", "department")

BODIES: Final = (
    Body(
        "exchange",
        "江西演示环境权益交易中心",
        "exchange",
        "91360000DEM000129N",
    ),
    Body("institute", "江西演示低碳技术评估专家库", "expert_body"),
    Body("delegate", "江西演示自愿减排凭证中心", "other"),
    Body("ganzhou", "赣州市生态环境局（演示）", "prefecture_bureau", place="360702"),
    Body("jiujiang", "九江市生态环境局（演示）", "prefecture_bureau", place="360403"),
    Body("yichun", "宜春市生态环境局（演示）", "prefecture_bureau", place="360902"),
    Body("fuzhou", "抚州市生态环境局（演示）", "prefecture_bureau", place="361002"),
    Body("nanchang", "南昌市生态环境局（演示）", "prefecture_bureau", place="360102"),
    Body("chongyi", "崇义县人民政府（演示）", "pilot_unit", place="360725"),
    Body("zhangyuan", "章源演示林场", "owner", "12360725DEM0000141", "360725"),
    Body("xiuhe", "修河演示林业公司", "owner", "91360423DEM000022A", "360423"),
    Body("baizhang", "百丈演示合作社", "owner", "93360921DEM000030U", "360921"),
    Body("luxi", "泸溪演示林业", "owner", "91361028DEM0000492", "361028"),
    Body("agent", "南昌演示碳资产服务公司", "agent", "91360100DEM0000573", "360104"),
    Body("binhu", "滨湖演示合作社", "owner", "93360428DEM000065R", "360428"),
    Body("hongrang", "红壤演示牧业", "owner", "91361003DEM000073B", "361003"),
    Body("ruizhou", "瑞州演示能源", "owner", "91360983DEM0000814", "360983"),
    Body("wucheng", "吴城演示保护中心", "owner", "12360425DEM00009X7", "360425"),
    Body("ganjiang", "赣江演示环保", "owner", "91360100DEM0001024", "360102"),
    Body("ganlin", "赣林演示集团", "owner", "91360000DEM000110R", "360111"),
    Body("dexing", "德兴演示水泥", "buyer", "91361181DEM000137D", "361181"),
    Body("wuyuan", "婺源演示景区", "buyer", "91361130DEM000145C", "361130"),
    Body("foundation", "演示公益基金会", "buyer", "53360000DEM0001535", "360111"),
    Body("luling", "庐陵演示建材", "buyer", "91360802DEM0001618", "360802"),
)

ACCOUNTS: Final = (
    Account("jingban", "演示经办员", "department", ("department_clerk",), "应对气候变化处经办"),
    Account("chuzhang", "演示处长", "department", ("department_leader",), "应对气候变化处处长"),
    Account("expert1", "演示专家一", "institute", ("expert", "panel_chair"), "林业碳汇、核算"),
    Account("expert2", "演示专家二", "institute", ("expert",), "监测与数据质量"),
    Account("expert3", "演示专家三", "institute", ("expert",), "方法学"),
    Account("liucheng1", "演示流程管理员一", "department", ("process_admin",), "信息中心"),
    Account("liucheng2", "演示流程管理员二", "department", ("process_admin",), "信息中心"),
    Account("shenji", "演示审计员", "department", ("auditor",), "机关纪委"),
    Account("jiaoyi1", "演示交易机构经办", "exchange", ("exchange_maker",), "登记部经办"),
    Account("jiaoyi2", "演示交易机构复核", "exchange", ("exchange_checker",), "登记部复核"),
    Account("pingzheng", "演示凭证中心", "delegate", ("certificate_delegate",), "凭证签发"),
    Account("ganzhou", "赣州市局演示联络员", "ganzhou", ("prefecture_bureau",)),
    Account("jiujiang", "九江市局演示联络员", "jiujiang", ("prefecture_bureau",)),
    Account("yichun", "宜春市局演示联络员", "yichun", ("prefecture_bureau",)),
    Account("fuzhou", "抚州市局演示联络员", "fuzhou", ("prefecture_bureau",)),
    Account("nanchang", "南昌市局演示联络员", "nanchang", ("prefecture_bureau",)),
    Account("chongyi", "崇义县演示专干", "chongyi", ("pilot_unit",)),
    Account("ganlin-shidian", "赣林集团演示试点专干", "ganlin", ("pilot_unit",)),
    Account("zhangyuan", "章源林场演示经理", "zhangyuan", ("owner",)),
    Account("xiuhe", "修河林业演示经理", "xiuhe", ("owner",)),
    Account("baizhang", "百丈合作社演示经理", "baizhang", ("owner",)),
    Account("luxi", "泸溪林业演示经理", "luxi", ("owner",)),
    Account("daili", "碳资产公司演示代理人", "agent", ("agent",)),
    Account("binhu", "滨湖合作社演示经理", "binhu", ("owner",)),
    Account("hongrang", "红壤牧业演示经理", "hongrang", ("owner",)),
    Account("ruizhou", "瑞州能源演示经理", "ruizhou", ("owner",)),
    Account("wucheng", "吴城保护中心演示经理", "wucheng", ("owner",)),
    Account("ganjiang", "赣江环保演示经理", "ganjiang", ("owner",)),
    Account("ganlin", "赣林集团演示经理", "ganlin", ("owner",)),
    Account("dexing", "德兴水泥演示采购员", "dexing", ("buyer",)),
    Account("wuyuan", "婺源景区演示采购员", "wuyuan", ("buyer",)),
    Account("foundation", "公益基金会演示专员", "foundation", ("buyer",)),
    Account("luling", "庐陵建材演示采购员", "luling", ("buyer",)),
    Account("ding", "丁演示", "", ("buyer",)),
)

PERSON_CODE: Final = "360101199001010011"
"""丁's identity code: synthetic, its check character holds."""

TIED_EXPERT: Final = ("expert3", "luxi", "曾受聘为该单位编制碳汇项目开发方案", date(2024, 3, 1))
"""The expert who may not judge P4: who, tied to whom, how, since when."""
