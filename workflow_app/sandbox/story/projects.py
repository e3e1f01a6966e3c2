"""The ten projects of the sandbox: who, what, where, how much, and what each applied for.

All fictitious (演示). Scales and yearly factors are those of the demonstration data; only the forestry factor
is calibrated on a published study of 崇义.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workflow_app.sandbox.story import owners, techniques
from workflow_app.sandbox.story.owners import Party
from workflow_app.sandbox.story.techniques import Technique

FOREST_METHOD: Final = "赣环气候〔2021〕17号"


@dataclass(frozen=True, slots=True)
class Project:
    """One project.

    :param filing: key of the pilot filing it rests on.
    :param bureau: key of the bureau of its prefecture.
    :param scale: area or capacity with its unit, as the summary prints it.
    :param annual: tCO2e a year; ``total`` over the crediting period.
    :param login: account that applies; ``agent`` is who applies for the owner, if anybody.
    """

    key: str
    name: str
    owner: Party
    login: str
    methodology: str
    methodology_name: str
    field: str
    technique: Technique
    filing: str
    bureau: str
    county: str
    address: str
    scale: str
    factor: str
    annual: int
    start: str
    crediting: tuple[str, str]
    agent: Party | None = None
    plots: int = 12
    green_certificate: bool = False

    @property
    def total(self) -> int:
        """Tonnes over the crediting period."""
        years = int(self.crediting[1][:4]) - int(self.crediting[0][:4])
        return self.annual * (years + (1 if self.crediting[0][5:] == "01-01" else 0))


P1: Final = Project(
    "p1",
    "崇义县国有林场森林经营碳汇项目（演示）",
    owners.ZHANGYUAN,
    "zhangyuan",
    FOREST_METHOD,
    "江西省森林经营碳汇项目方法学（试行）",
    "01",
    techniques.FOREST,
    "chongyi",
    "ganzhou",
    "360725",
    "崇义县横水镇、扬眉镇国有林场各工区",
    "30,000亩",
    "0.499吨/亩·年",
    14_970,
    "2021-01-01",
    ("2021-01-01", "2030-12-31"),
    plots=22,
)
P2: Final = Project(
    "p2",
    "武宁县森林经营碳汇项目（演示）",
    owners.XIUHE,
    "xiuhe",
    FOREST_METHOD,
    "江西省森林经营碳汇项目方法学（试行）",
    "01",
    techniques.FOREST,
    "wuning",
    "jiujiang",
    "360423",
    "武宁县罗坪镇、石门楼镇林区",
    "18,600亩",
    "0.45吨/亩·年",
    8_370,
    "2022-03-01",
    ("2022-03-01", "2032-02-29"),
    plots=15,
)
P3: Final = Project(
    "p3",
    "奉新县毛竹林经营碳汇项目（演示）",
    owners.BAIZHANG,
    "baizhang",
    "JCER-演示-02",
    "毛竹林经营碳汇项目方法学（演示）",
    "01",
    techniques.BAMBOO,
    "fengxin",
    "yichun",
    "360921",
    "奉新县澡溪乡、百丈山毛竹林区",
    "21,000亩",
    "0.35吨/亩·年",
    7_350,
    "2021-07-01",
    ("2021-07-01", "2031-06-30"),
    plots=18,
)
P4: Final = Project(
    "p4",
    "资溪县森林经营碳汇项目（演示）",
    owners.LUXI,
    "daili",
    FOREST_METHOD,
    "江西省森林经营碳汇项目方法学（试行）",
    "01",
    techniques.FOREST,
    "zixi",
    "fuzhou",
    "361028",
    "资溪县马头山镇、高阜镇林区",
    "25,400亩",
    "0.48吨/亩·年",
    12_192,
    "2020-10-01",
    ("2020-10-01", "2030-09-30"),
    agent=owners.AGENT,
    plots=20,
)
P5: Final = Project(
    "p5",
    "都昌县稻田节水灌溉甲烷减排项目（演示）",
    owners.BINHU,
    "binhu",
    "JCER-演示-03",
    "稻田节水灌溉甲烷减排项目方法学（演示）",
    "02",
    techniques.RICE,
    "duchang",
    "jiujiang",
    "360428",
    "都昌县周溪镇、三汊港镇双季稻田",
    "12,000亩",
    "0.20吨/亩·年",
    2_400,
    "2023-04-01",
    ("2023-04-01", "2033-03-31"),
    plots=10,
)
P6: Final = Project(
    "p6",
    "东乡区规模化猪场粪污沼气回收利用项目（演示）",
    owners.HONGRANG,
    "hongrang",
    "CCER-15-001-V01",
    "规模化猪场粪污沼气回收利用工程",
    "02",
    techniques.PIG_BIOGAS,
    "dongxiang",
    "fuzhou",
    "361003",
    "东乡区圩上桥镇养殖小区",
    "存栏60,000头",
    "0.11吨/头·年",
    6_600,
    "2024-06-01",
    ("2024-06-01", "2034-05-31"),
    plots=4,
)
P7: Final = Project(
    "p7",
    "高安市屋顶光伏发电项目（12兆瓦，演示）",
    owners.RUIZHOU,
    "ruizhou",
    "JCER-演示-06",
    "屋顶分布式光伏项目方法学（演示）",
    "06",
    techniques.ROOFTOP_PV,
    "gaoan",
    "yichun",
    "360983",
    "高安市工业园一至五号厂房屋顶",
    "年发电量12,000兆瓦时",
    "0.55吨/兆瓦时",
    6_600,
    "2024-01-01",
    ("2024-01-01", "2033-12-31"),
    plots=5,
    green_certificate=True,
)
P8: Final = Project(
    "p8",
    "永修县湖滨湿地修复碳汇项目（演示）",
    owners.WUCHENG,
    "wucheng",
    "JCER-演示-04",
    "湖滨湿地修复碳汇项目方法学（演示）",
    "01",
    techniques.WETLAND,
    "yongxiu",
    "jiujiang",
    "360425",
    "永修县吴城镇湖滨退化湿地",
    "8,000亩",
    "0.25吨/亩·年",
    2_000,
    "2022-01-01",
    ("2022-01-01", "2031-12-31"),
    plots=8,
)
P9: Final = Project(
    "p9",
    "南昌市餐厨垃圾沼气回收利用项目（演示）",
    owners.GANJIANG,
    "ganjiang",
    "JCER-演示-05",
    "餐厨垃圾沼气回收利用项目方法学（演示）",
    "05",
    techniques.KITCHEN_BIOGAS,
    "ganjiang",
    "nanchang",
    "360102",
    "南昌市餐厨垃圾处理厂",
    "日处理400吨",
    "0.037吨/吨垃圾",
    5_400,
    "2023-01-01",
    ("2023-01-01", "2032-12-31"),
    plots=3,
)
P10: Final = Project(
    "p10",
    "铜鼓县森林经营碳汇项目（演示）",
    owners.GANLIN,
    "ganlin",
    FOREST_METHOD,
    "江西省森林经营碳汇项目方法学（试行）",
    "01",
    techniques.FOREST,
    "ganlin",
    "yichun",
    "360926",
    "铜鼓县大沩山、龙门所属林场",
    "20,000亩",
    "0.48吨/亩·年",
    9_600,
    "2021-01-01",
    ("2021-01-01", "2030-12-31"),
    plots=16,
)
