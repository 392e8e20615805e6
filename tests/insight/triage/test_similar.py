"""Copies, the incremental index and its scope, and what a hit is called."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxun_insight.text.evals.similar import copied_pairs, evaluate
from lianxun_insight.triage.similar import rerank
from lianxun_insight.triage.similar.copies import CopyIndex, digest, jaccard, shingles
from lianxun_insight.triage.similar.gate import Profile, Relation, judge, same_name
from lianxun_insight.triage.similar.index import (
    BadIndexError,
    Hit,
    Lead,
    Prepared,
    SimilarityIndex,
)
from lianxun_insight.triage.synthetic import make_incidents
from tests.insight.triage.letters import LETTERS, copy_pairs, other_subject_pairs, retyped

NAMES = {
    "person": "秦守义",
    "rich": "胡三喜",
    "unit": "临川县水利局",
    "place": "青山镇下河村",
    "post": "局长",
}


def letters() -> list[Lead]:
    return [Lead(str(i), text[:12], text.format(**NAMES)) for i, text in enumerate(LETTERS)]


def filled(leads: list[Lead]) -> SimilarityIndex:
    index = SimilarityIndex()
    for lead in leads:
        index.add(lead)
    return index


def test_shingles_ignore_marks_width_and_case() -> None:
    assert shingles("收了 ３万元，") == shingles("收了3万元")
    assert jaccard(frozenset(), frozenset()) == 0.0


@given(
    st.text(alphabet="甲乙丙丁戊己庚辛收受财物工程款", min_size=30, max_size=60), st.integers(0, 8)
)
@settings(max_examples=60, deadline=None)
def test_a_pair_above_one_half_meets_in_a_band(text: str, cut: int) -> None:
    other = text[cut:]
    if jaccard(shingles(text), shingles(other)) > 0.6:
        index = CopyIndex()
        index.add(1, digest(text))
        assert index.candidates(digest(other)) == {1}


def test_a_removed_signature_leaves_nothing_behind() -> None:
    index = CopyIndex()
    index.add(1, digest("河水发黑发臭"))
    index.remove(1)
    index.remove(1)
    assert index.candidates(digest("河水发黑发臭")) == set()
    assert len(index) == 0


def test_signatures_are_the_same_on_every_run() -> None:
    assert digest("收受好处费三万元").tolist()[:3] == digest("收受好处费三万元").tolist()[:3]
    assert digest("收受好处费三万元").shape == (192,)


def test_a_lead_finds_its_copy_first_and_never_itself() -> None:
    index = filled(letters())
    again = Lead("x", "再次反映", retyped(letters()[4].text, random.Random(1)))
    index.add(again)
    hits = index.query(again, 3)
    assert hits[0].id == "4"
    assert hits[0].jaccard > 0.5
    assert "x" not in {hit.id for hit in hits}
    assert [hit.id for hit in index.copies(again)] == ["4"]


def test_nothing_outside_the_scope_is_seen_or_changes_what_is_seen() -> None:
    index, secret = filled(letters()), Lead("secret", "", letters()[4].text + "另有一人知情")
    question, scope = Lead("q", "", letters()[4].text), ["1", "2", "3"]
    before = index.query(question, 3, scope)
    index.add(secret)
    index.query(question, 3)  # recomputes rows
    again = index.query(question, 3, scope)
    assert {hit.id for hit in again} <= set(scope)
    assert [hit.id for hit in again] == [hit.id for hit in before]
    assert index.query(question, 3, []) == []
    assert index.copies(question, scope=scope) == []


def test_adding_one_by_one_is_the_same_as_adding_at_once() -> None:
    index = SimilarityIndex()
    for lead in letters():
        index.add(lead)
        index.query(lead, 2)
    whole = filled(letters())
    index._weights = whole._weights = None  # both compute their idf now
    for lead in letters():
        assert index.query(lead, 4) == whole.query(lead, 4)


def test_a_removed_lead_is_gone_and_can_come_back_changed() -> None:
    index = filled(letters())
    index.query(letters()[0], 1)
    index.remove("4")
    index.remove("unknown")
    assert "4" not in index
    assert len(index) == len(LETTERS) - 1
    assert "4" not in {h.id for h in index.query(Lead("q", "", letters()[4].text), 16)}
    index.add(Lead("4", "", "完全不同的内容：路灯坏了"))
    assert index.lead("4").text.endswith("路灯坏了")
    assert index.query(Lead("q", "", "村口路灯坏了没人修"), 1)[0].id == "4"


def test_the_index_survives_its_folder(tmp_path: Path) -> None:
    index = filled(letters())
    index.remove("3")
    index.save(tmp_path)
    again = SimilarityIndex.load(tmp_path)
    assert len(again) == len(index)
    index._weights = None
    for lead in letters():
        assert [h.id for h in again.query(lead, 3)] == [h.id for h in index.query(lead, 3)]


def test_an_empty_index_can_be_saved_and_asked(tmp_path: Path) -> None:
    SimilarityIndex().save(tmp_path)
    again = SimilarityIndex.load(tmp_path)
    assert again.query(Lead("q", "", "收钱"), 3) == []


@pytest.mark.parametrize("name", ["rows.npz", "leads.json", "terms.json"])
def test_an_altered_folder_is_refused(tmp_path: Path, name: str) -> None:
    filled(letters()).save(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b" ")
    with pytest.raises(BadIndexError, match=name):
        SimilarityIndex.load(tmp_path)


def test_a_missing_or_older_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadIndexError, match="重建"):
        SimilarityIndex.load(tmp_path)
    filled(letters()).save(tmp_path)
    about = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))
    (tmp_path / "index.json").write_text(json.dumps(about | {"version": "similar/0"}))
    with pytest.raises(BadIndexError, match="similar/0"):
        SimilarityIndex.load(tmp_path)


@pytest.mark.parametrize(
    ("one", "two", "kind", "same"),
    [
        ("秦守义", "秦某某", "person", True),
        ("秦守义", "秦", "person", True),
        ("秦守义", "秦守毅", "person", True),
        ("秦守义", "秦守礼", "person", False),
        ("秦守义", "罗某", "person", False),
        ("临川县水利局", "水利局", "org", True),
        ("临川县水利局", "安和县水利局", "org", False),
    ],
)
def test_which_writings_may_mean_the_same(one: str, two: str, kind: str, same: bool) -> None:
    assert same_name(one, two, kind) is same


def relations(pairs: list) -> Counter[str]:  # type: ignore[type-arg]
    found: Counter[str] = Counter()
    for pair in pairs:
        verdict = judge(Profile.of("", pair.one), Profile.of("", pair.two), 0.9)
        found[verdict.relation or "—"] += 1
    return found


def test_same_text_about_another_subject_is_called_a_duplicate_in_at_most_one_in_twenty() -> None:
    pairs = other_subject_pairs()
    assert len(pairs) >= 200
    found = relations(pairs)
    assert found[Relation.DUPLICATE] / len(pairs) <= 0.05, found


def test_a_letter_sent_twice_is_called_a_duplicate_in_nine_of_ten_cases() -> None:
    pairs = copy_pairs()
    found = relations(pairs)
    assert found[Relation.DUPLICATE] / len(pairs) >= 0.9, found


def test_the_verdict_names_what_differs() -> None:
    text = LETTERS[0]
    other = text.format(**{**NAMES, "person": "罗大海"})
    verdict = judge(Profile.of("", text.format(**NAMES)), Profile.of("", other), 0.9)
    assert verdict.relation is Relation.OTHER_SUBJECT
    assert verdict.differing == (("秦守义", "罗大海"),)


def test_the_same_matter_in_other_words_needs_shared_names() -> None:
    one = "举报临川县水利局局长秦守义在河道工程中收受好处费8万元"
    two = "听说管水利的秦守义局长拿了包工头8万元，河堤修得一塌糊涂，临川县水利局没人管"
    verdict = judge(Profile.of("", one), Profile.of("", two), 0.4)
    assert verdict.relation is Relation.SAME_MATTER
    assert "秦守义" in verdict.shared
    elsewhere = judge(
        Profile.of("", one), Profile.of("", "安和县修路占地不给补偿，找谁都不管用"), 0.2
    )
    assert elsewhere.relation is Relation.RELATED
    assert judge(Profile.of("", one), Profile.of("", "小区停水三天"), 0.02).relation is None


def test_the_writers_own_name_does_not_make_two_letters_differ() -> None:
    body = LETTERS[1].format(**NAMES)
    one = f"{body}\n举报人：高天明，电话13800138000"
    two = f"{body}\n举报人：廖金宝，电话13900139000"
    assert judge(Profile.of("", one), Profile.of("", two), 0.9).relation is Relation.DUPLICATE


def test_exact_pairs_agree_with_comparing_one_by_one() -> None:
    rng = random.Random(4)
    sets = [frozenset(rng.choices("甲乙丙丁戊己庚", k=5)) for _ in range(40)]
    slow = [(a, b) for a in range(40) for b in range(a + 1, 40) if jaccard(sets[a], sets[b]) > 0.5]
    assert sorted(copied_pairs(sets)) == slow


def test_the_evaluation_counts_precision_and_copies(tmp_path: Path) -> None:
    rng = random.Random(9)
    rows = []
    for i, lead in enumerate(letters()):
        for j in range(7):
            text = retyped(lead.text, rng)
            rows.append({"id": f"{i}-{j}", "title": "", "text": text, "incident": i})
    path = tmp_path / "s.jsonl"
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), encoding="utf-8")
    report = evaluate(path)
    assert report["p_at_1"]["value"] == 1.0  # type: ignore[index]
    assert report["p_at_5"]["value"] == 1.0  # type: ignore[index]
    assert report["copies"]["recall"] == 1.0  # type: ignore[index]
    named = report["relation_of_first_hit"]["same_incident"]  # type: ignore[index]
    assert named["重复件"] >= 0.9 * sum(named.values())


def test_recall_of_copies_above_one_half() -> None:
    rng = random.Random(21)
    leads = []
    for i, lead in enumerate(letters() * 12):
        text = list(lead.text.format(**NAMES) + f"第{i}次")
        for _ in range(rng.randrange(0, 9)):
            text[rng.randrange(len(text))] = rng.choice("天地玄黄宇宙洪荒")
        leads.append(Lead(str(i), "", "".join(text)))
    index = filled(leads)
    pairs = copied_pairs([shingles(lead.text) for lead in leads])
    found = {(lead.id, hit.id) for lead in leads for hit in index.copies(lead)}
    recall = np.mean([(str(a), str(b)) in found for a, b in pairs])
    assert len(pairs) > 200
    assert recall >= 0.995


def test_the_same_incident_in_other_words_is_found_among_strangers() -> None:
    letters = make_incidents(25, 7, seed=17)
    assert letters == make_incidents(25, 7, seed=17)
    index = SimilarityIndex()
    for letter in letters:
        index.add(Lead(letter.id, letter.title, letter.text))
    incident = {letter.id: letter.incident for letter in letters}
    first, widened, plain = [], [], []
    for letter in letters:
        lead = Lead(letter.id, letter.title, letter.text)
        hits = index.query(lead, 5)
        first.append(incident[hits[0].id] == letter.incident)
        widened.append(np.mean([incident[h.id] == letter.incident for h in hits]))
        others = index.query(lead, 5, widen=False)
        plain.append(np.mean([incident[h.id] == letter.incident for h in others]))
    assert np.mean(first) >= 0.95
    assert np.mean(widened) >= max(0.9, np.mean(plain))


def test_names_bring_the_same_matter_to_the_top() -> None:
    """Words alone prefer the letter of the same kind; what is named says which matter it is."""
    index = SimilarityIndex()
    same = Lead("same", "", "高天明2023年送给卞国强八万元，后来拿下了红旗污水厂的活。")
    kind = Lead(
        "kind", "", "某局领导收受施工方好处费，帮助其中标工程项目，群众反映强烈，请予核查。"
    )
    asked = Lead(
        "asked", "", "卞国强收受施工方高天明好处费八万元，帮助其中标红旗污水厂工程，请予核查。"
    )
    for lead in (same, kind, *letters()):
        index.add(lead)
    profiles = {
        lead.id: Profile.of(lead.title, lead.text) for lead in (same, kind, asked, *letters())
    }
    found = rerank.similar(index, asked, profiles["asked"], lambda _: profiles)
    assert found[0].id == "same"
    assert index.query(asked, 1)[0].id == "kind"


def test_a_name_that_everybody_shares_tells_nothing() -> None:
    profiles = {str(n): Profile.of("", "红旗污水厂的问题。") for n in range(4)}
    hits = [Hit(str(n), 0.5 - n / 100, 0.3, 0.0) for n in range(4)]
    new = rerank.by_names(Profile.of("", "红旗污水厂的事。"), hits, profiles)
    assert [h.id for h in new] == ["0", "1", "2", "3"]
    assert new[0].score == pytest.approx(0.5)


def test_hits_without_a_profile_are_left_out_and_the_scope_holds() -> None:
    index = SimilarityIndex()
    for lead in letters():
        index.add(lead)
    first = letters()[0]
    own = Profile.of(first.title, first.text)
    assert rerank.similar(index, first, own, lambda _: {}) == []
    others = {lead.id: Profile.of(lead.title, lead.text) for lead in letters()}
    scope = [lead.id for lead in letters()[1:3]]
    assert {h.id for h in rerank.similar(index, first, own, lambda _: others, scope)} <= set(scope)


def test_what_was_prepared_elsewhere_is_found_and_its_overlap_estimated() -> None:
    whole, prepared = SimilarityIndex(), SimilarityIndex()
    for lead in letters():
        whole.add(lead)
        prepared.add_prepared(Prepared.of(lead))
    asked = Lead("asked", "", letters()[0].text + "请尽快处理。")
    one, two = whole.query(asked, 3), prepared.query(asked, 3)
    assert [h.id for h in one] == [h.id for h in two]
    assert [h.cosine for h in one] == [h.cosine for h in two]
    assert two[0].jaccard == pytest.approx(one[0].jaccard, abs=0.12)
    assert prepared.copies(asked)[0].id == letters()[0].id
    with pytest.raises(KeyError):
        prepared.lead(letters()[0].id)


def test_an_index_without_texts_is_stored_by_whoever_prepared_it(tmp_path: Path) -> None:
    index = SimilarityIndex()
    index.add_prepared(Prepared.of(letters()[0]))
    with pytest.raises(ValueError, match="prepared"):
        index.save(tmp_path)
