"""Every suggestible leaf's cues speak for a plain sentence about it, and denials silence them."""

from __future__ import annotations

import pytest

from lianxun_insight.triage import cues, taxonomy

PLAIN = {
    "TP-P1": "他对上级的禁渔决策部署打折扣，搞变通",
    "TP-P2": "他在单位搞小圈子，拉帮结派",
    "TP-P3": "他和老板订立攻守同盟，统一口径",
    "TP-O1": "他突击提拔了一批亲信",
    "TP-O2": "换届选举时他挨家发钱拉票",
    "TP-O3": "大额支出从不上会，全凭他一支笔",
    "TP-O4": "他的档案年龄造假，个人有关事项漏报",
    "TP-L1": "春节期间他收了不少购物卡和名酒",
    "TP-L2": "他经常接受老板宴请，去私人会所打牌",
    "TP-L3": "他自己开公司做生意，是隐名股东",
    "TP-L4": "他小舅子的公司垄断了局里的工程业务",
    "TP-L5": "他把钱放贷给企业，月息三分",
    "TP-L6": "单位巧立名目滥发津补贴",
    "TP-L7": "公车私用，公款吃喝",
    "TP-L8": "他儿子结婚大操大办，摆了五十桌收礼金",
    "TP-M1": "村里的补偿款被他截留，没有发给农户",
    "TP-M2": "办证不给好处不办事，吃拿卡要",
    "TP-M3": "低保名额都给了他的亲戚，优亲厚友",
    "TP-M4": "窗口人员态度恶劣，张口骂人",
    "TP-W1": "形式主义严重，层层加码，天天填表",
    "TP-W2": "他上班打牌，长期脱岗，不作为",
    "TP-W3": "他打招呼插手工程招标",
    "TP-W4": "他把举报信内容透露给被举报人，走漏风声",
    "TP-W5": "整改台账是编造的，数据造假",
    "TP-V1": "给不符合条件的企业违规发证，选择性执法",
    "TP-V2": "国有房产低价出租给熟人，没有评估",
    "TP-V3": "我举报以后被调离岗位，这是打击报复",
    "TP-C1": "他虚报冒领补助款据为己有",
    "TP-C2": "他收受好处费，为他人中标提供帮助",
    "TP-C3": "老板长期围猎干部，到处行贿",
    "TP-C4": "他挪用公款炒股",
    "TP-C5": "单位的小金库年底私分了",
    "TP-C6": "他名下有十几套房，收入明显不符，来源不明",
    "TP-C7": "他滥用职权，违规减免出让金，造成国家重大损失",
    "TP-C8": "他玩忽职守，疏于监管",
    "TP-C9": "他徇私舞弊，招聘考试改分",
    "TP-C10": "信用社违规放贷，冒名贷款",
    "TP-C11": "民营公司采购员收供应商回扣，职务侵占",
    "TP-C12": "煤矿透水事故瞒报死亡人数",
    "TP-N1": "希望尽快修好路灯，解决停水问题",
    "TP-N2": "不服法院判决，要求再审",
    "TP-N3": "对开除处分不服，请求复查",
    "TP-N4": "建议政府加强监督，提个意见",
}


def test_there_is_a_plain_sentence_for_every_leaf_of_the_first_facet() -> None:
    assert set(PLAIN) == {leaf.code for leaf in taxonomy.load().suggestible("TP-1")}


@pytest.mark.parametrize("code", sorted(PLAIN))
def test_a_plain_sentence_is_recognised_by_its_leafs_cues(code: str) -> None:
    leaf = taxonomy.load().leaf(code)
    found = cues.hits(leaf, PLAIN[code])
    assert any(hit.weight > 0 for hit in found)
    for hit in found:
        assert hit.rule.startswith(f"{code}/")
        assert 0 <= hit.start < hit.end <= len(PLAIN[code])


@pytest.mark.parametrize("code", sorted(PLAIN))
def test_no_other_leaf_has_more_cues_for_it(code: str) -> None:
    """Net of what speaks against: the leaf is first or shares the first place."""
    net = {}
    for leaf in taxonomy.load().suggestible("TP-1"):
        positive, negative = cues.counts(leaf, PLAIN[code])
        net[leaf.code] = positive - negative
    assert net[code] == max(net.values()), {c: n for c, n in net.items() if n >= net[code]}


@pytest.mark.parametrize(
    "denial", ["我不是要举报他{0}。", "{0}的传言我没有看到。", "{0}和这次无关。"]
)
def test_a_sentence_that_sets_aside_is_silent_and_its_neighbours_are_not(denial: str) -> None:
    leaf = taxonomy.load().leaf("TP-C4")
    text = denial.format("挪用公款")
    assert cues.counts(leaf, cues.without_denials(text))[0] == 0
    assert cues.counts(leaf, cues.without_denials(text + "他挪用公款炒股。"))[0] > 0


def test_every_match_is_listed_for_highlighting_but_counts_once() -> None:
    leaf = taxonomy.load().leaf("TP-C1")
    text = "他贪污了，会计也贪污了"
    assert len([h for h in cues.all_hits(leaf, text) if h.weight > 0]) == 2
    assert cues.counts(leaf, text)[0] == 1


def test_fields_have_cues_for_a_plain_sentence_too() -> None:
    plain = {
        "TP-F01": "这个标段的招标被围标",
        "TP-F06": "低保和医保基金被骗",
        "TP-F08": "粮库以陈粮顶新粮",
        "TP-F12": "银行贷款抵押是假的",
        "TP-F19": "煤矿安全生产隐患不整改",
        "TP-F22": "巡察反馈的问题虚假整改，没有销号",
    }
    table = taxonomy.load()
    for code, text in plain.items():
        scores = {leaf.code: cues.counts(leaf, text)[0] for leaf in table.suggestible("TP-2")}
        assert scores[code] == max(scores.values()) > 0, scores
