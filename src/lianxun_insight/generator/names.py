"""Invented names: places, bodies, firms, people. Nothing here names anybody real.

Person names imitate the homonym rate that makes name-only joins worthless: about 3.4 persons of a
90,000-person province share each name (insight.md §8.1), because surnames and given names follow
the steep curve real registers show. Place names are built from syllables and checked against
nothing real: the province is 澜川省, and its region codes 503001, 503002, … lie where GB/T 2260
has assigned nothing, so that no identity number can belong to anybody.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

PROVINCE = "澜川省"
PROVINCE_CODE = "50"
FIRST_COUNTY = 3001

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
    "顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN_FIRST = "志建国文明晓海永春玉德家俊秀桂立新红丽少子宏光世兴金云小佳雨思成景天凤东伟学振"
_GIVEN_SECOND = "华平强军明杰林生英芳兰峰斌辉勇涛波宁敏霞娟梅燕刚亮龙鹏飞磊洋超琴玲萍珍荣庆祥安"
_GIVEN_SINGLE = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚鹏辉健斌婷玲峰琳浩宇欣怡博晨帆岚"

_PLACE_A = "澜云清石龙白青金玉安平永长宁松柏双梧桐枫溪虹霞岚沧沅湄浔渌沣涟"
_PLACE_B = "溪川江湖山岭原州阳陵坪塘湾浦泉岗桥渡洲津"
_BRAND_A = "恒瑞华盛鼎诚博远嘉禾宏图中创金天锦绣安泰丰弘正信德隆启源润泽合众凌云卓越青朗"
_BRAND_B = "达通泰业邦源和信力成景辉驰汇佳禾润峰海光远航川科铭轩晟翔辰沃"
_BRAND_C = ("", "", "", "兴", "泽", "图", "嘉", "麦", "诺", "朗", "昊", "晋")
INDUSTRIES = (
    ("建设工程", "工程"),
    ("市政园林", "工程"),
    ("建筑装饰", "工程"),
    ("水利工程", "工程"),
    ("信息技术", "信息"),
    ("软件科技", "信息"),
    ("商贸", "货物"),
    ("办公设备", "货物"),
    ("医疗器械", "医疗"),
    ("医药", "医疗"),
    ("物业服务", "服务"),
    ("工程咨询", "服务"),
    ("餐饮管理", "服务"),
    ("教学设备", "货物"),
    ("农业发展", "农业"),
    ("环保科技", "环保"),
    ("运输", "服务"),
    ("文化传媒", "服务"),
)
LEGAL_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "有限公司", "有限公司")

UNIT_KINDS = (
    ("教育局", "行政"),
    ("卫生健康局", "行政"),
    ("水务局", "行政"),
    ("交通运输局", "行政"),
    ("住房和城乡建设局", "行政"),
    ("农业农村局", "行政"),
    ("民政局", "行政"),
    ("自然资源局", "行政"),
    ("文化和旅游局", "行政"),
    ("城市管理局", "行政"),
    ("人民医院", "事业"),
    ("第一中学", "事业"),
    ("职业技术学校", "事业"),
    ("疾病预防控制中心", "事业"),
    ("公路养护中心", "事业"),
    ("城市投资集团有限公司", "国企"),
    ("水务集团有限公司", "国企"),
    ("交通建设集团有限公司", "国企"),
)
ITEM_CLASSES = (
    ("A02010", "计算机设备"),
    ("A02020", "办公设备"),
    ("A02320", "医疗设备"),
    ("A02330", "教学仪器"),
    ("A07050", "被服装具"),
    ("A10010", "建筑材料"),
    ("B01010", "房屋建筑工程"),
    ("B02010", "道路桥梁工程"),
    ("B02020", "水利工程"),
    ("B08010", "装修工程"),
    ("C02010", "软件开发服务"),
    ("C02060", "运行维护服务"),
    ("C12040", "物业管理服务"),
    ("C08010", "咨询服务"),
    ("C13050", "餐饮服务"),
    ("C15010", "车辆租赁服务"),
)


def region_code(county: int) -> str:
    """Six digits for county number 0, 1, …"""
    return f"{PROVINCE_CODE}{county + FIRST_COUNTY:04d}"


def _steep(size: int, power: float) -> npt.NDArray[np.float64]:
    """Weights of rank 1..size falling as rank^-power, summing to 1."""
    weights = np.arange(1, size + 1, dtype=float) ** -power
    return np.asarray(weights / weights.sum())


def given_names() -> tuple[list[str], npt.NDArray[np.float64]]:
    """All given names with their weights: about 30 % of one character."""
    single = list(_GIVEN_SINGLE)
    double = [a + b for a in _GIVEN_FIRST for b in _GIVEN_SECOND if a != b]
    weights = np.concatenate([0.24 * _steep(len(single), 0.35), 0.76 * _steep(len(double), 0.8)])
    return single + double, weights / weights.sum()


def person_names(rng: np.random.Generator, count: int) -> npt.NDArray[np.object_]:
    """`count` person names with realistic homonyms."""
    pool, weights = given_names()
    order = rng.permutation(np.arange(len(_GIVEN_SINGLE), len(pool)))
    pool_array = np.array(pool, dtype=object)
    pool_array[len(_GIVEN_SINGLE) :] = pool_array[order]
    surnames = np.array(list(SURNAMES), dtype=object)
    first = rng.choice(len(surnames), count, p=_steep(len(surnames), 0.9))
    given = rng.choice(len(pool), count, p=weights)
    return np.asarray(surnames[first] + pool_array[given], dtype=object)


def place_names(rng: np.random.Generator, count: int) -> list[str]:
    """`count` different place names of two characters, of three when there are many."""
    pool = [a + b for a in _PLACE_A for b in _PLACE_B if a != b]
    if count > len(pool):
        pool = [a + b + c for a in _PLACE_A for b in _PLACE_A for c in _PLACE_B if a != b]
    picked = rng.permutation(len(pool))[:count]
    return [pool[int(i)] for i in picked]


def firm_names(
    rng: np.random.Generator, places: npt.NDArray[np.object_], industries: Ints
) -> npt.NDArray[np.object_]:
    """Legal names 「place + brand + industry + form」, all different.

    A brand may occur in several places and industries (that is what makes short names hard);
    a full name that came up twice gets an ordinal, as registries demand.
    """
    count = len(places)
    a = np.array(list(_BRAND_A), dtype=object)[rng.integers(len(_BRAND_A), size=count)]
    b = np.array(list(_BRAND_B), dtype=object)[rng.integers(len(_BRAND_B), size=count)]
    c = np.array(_BRAND_C, dtype=object)[rng.integers(len(_BRAND_C), size=count)]
    industry = np.array([name for name, _ in INDUSTRIES], dtype=object)[industries]
    form = np.array(LEGAL_FORMS, dtype=object)[rng.integers(len(LEGAL_FORMS), size=count)]
    brand = a + b + c
    names = places + brand + industry + form
    return _told_apart(names, places, brand, industry + form)


def _told_apart(
    names: npt.NDArray[np.object_],
    places: npt.NDArray[np.object_],
    brand: npt.NDArray[np.object_],
    tail: npt.NDArray[np.object_],
) -> npt.NDArray[np.object_]:
    """Give the second and later bearers of one name another brand: a third character, then two."""
    seen: set[str] = set()
    for i, name in enumerate(names):
        serial = 0
        while name in seen:
            high, low = divmod(serial, len(_BRAND_B))
            extra = _BRAND_B[low] + (_BRAND_A[high - 1] if high else "")
            name = f"{places[i]}{brand[i]}{extra}{tail[i]}"  # noqa: PLW2901
            serial += 1
        seen.add(name)
        names[i] = name
    return names
