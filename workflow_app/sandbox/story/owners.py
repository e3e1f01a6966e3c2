"""The sandbox's project owners and the one agent, as they sign an application. All fictitious (演示)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Party:
    """How an organisation signs an application."""

    body: str
    name: str
    uscc: str
    place: str
    representative: str
    contact: str
    phone: str
    address: str


def _owner(
    body: str, name: str, uscc: str, place: str, representative: str, contact: str, tail: str, address: str
) -> Party:
    return Party(body, name, uscc, place, representative, contact, f"1380000{tail}", address)


AGENT: Final = _owner(
    "agent",
    "南昌演示碳资产服务公司",
    "91360100DEM0000573",
    "南昌市青云谱区",
    "代演示",
    "胡演示",
    "0573",
    "江西省南昌市青云谱区演示大道57号",
)

ZHANGYUAN: Final = _owner(
    "zhangyuan",
    "章源演示林场",
    "12360725DEM0000141",
    "赣州市崇义县",
    "章演示",
    "钟演示",
    "0141",
    "江西省赣州市崇义县横水镇演示路1号",
)
XIUHE: Final = _owner(
    "xiuhe",
    "修河演示林业公司",
    "91360423DEM000022A",
    "九江市武宁县",
    "修演示",
    "柯演示",
    "0022",
    "江西省九江市武宁县豫宁街道演示路22号",
)
BAIZHANG: Final = _owner(
    "baizhang",
    "百丈演示合作社",
    "93360921DEM000030U",
    "宜春市奉新县",
    "百演示",
    "涂演示",
    "0030",
    "江西省宜春市奉新县澡溪乡演示村",
)
LUXI: Final = _owner(
    "luxi",
    "泸溪演示林业",
    "91361028DEM0000492",
    "抚州市资溪县",
    "泸演示",
    "石演示",
    "0492",
    "江西省抚州市资溪县鹤城镇演示路49号",
)
BINHU: Final = _owner(
    "binhu",
    "滨湖演示合作社",
    "93360428DEM000065R",
    "九江市都昌县",
    "滨演示",
    "占演示",
    "0065",
    "江西省九江市都昌县周溪镇演示村",
)
HONGRANG: Final = _owner(
    "hongrang",
    "红壤演示牧业",
    "91361003DEM000073B",
    "抚州市东乡区",
    "红演示",
    "艾演示",
    "0073",
    "江西省抚州市东乡区圩上桥镇演示场",
)
RUIZHOU: Final = _owner(
    "ruizhou",
    "瑞州演示能源",
    "91360983DEM0000814",
    "宜春市高安市",
    "瑞演示",
    "敖演示",
    "0814",
    "江西省宜春市高安市工业园演示路8号",
)
WUCHENG: Final = _owner(
    "wucheng",
    "吴城演示保护中心",
    "12360425DEM00009X7",
    "九江市永修县",
    "吴演示",
    "淦演示",
    "0097",
    "江西省九江市永修县吴城镇演示路9号",
)
GANJIANG: Final = _owner(
    "ganjiang",
    "赣江演示环保",
    "91360100DEM0001024",
    "南昌市东湖区",
    "赣演示",
    "熊演示",
    "1024",
    "江西省南昌市东湖区演示路102号",
)
GANLIN: Final = _owner(
    "ganlin",
    "赣林演示集团",
    "91360000DEM000110R",
    "南昌市青山湖区",
    "林演示",
    "邱演示",
    "0110",
    "江西省南昌市青山湖区演示路11号",
)
