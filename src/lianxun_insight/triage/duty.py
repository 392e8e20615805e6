"""Is a text about the exercise of a public office? One keyword rule, and the stack to beat it.

The rule is published beside every figure: on real case facts one rule alone reaches F1 0.84, more
than a model trained without it (0.79–0.82). So the rule and its parts go into the model as columns
of their own, and the last step weighs model against rule on rows neither has seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from lianxun_insight.triage.ensemble.metrics import best_f1_threshold, f1_binary
from lianxun_insight.triage.ensemble.model import SEED, Folded, fit, stratified_folds
from lianxun_insight.triage.ensemble.views import Counts

RULE_ID = "duty-one-rule/1"
# The baseline: somebody used an office, or is named as a state functionary, or the act is one of
# the offences of Criminal Law chapters VIII and IX by name.
ONE_RULE = re.compile(
    r"利用[^。；，]{0,20}(?:职务|职权|便利|影响力)|国家(?:机关)?工作人员|受贿|贪污|挪用公款|"
    r"滥用职权|玩忽职守|徇私|行贿|私分国有"
)
# Wider cues, each one a column; none of them decides alone.
CUES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"利用[^。；]{0,24}(?:职务|职权|工作|主管|经手|管理)[^。；]{0,8}(?:便利|之便|影响)",
        r"国家(?:机关)?工作人员|从事公务|国家工作人员论",
        r"贪污|侵吞|骗取[^。]{0,12}(?:补偿|补助|补贴|专项|财政|国家)|套取|虚报冒领|截留",
        r"受贿|索贿|收受[^。；]{0,20}(?:现金|财物|人民币|贿赂|好处|购物卡|礼金|元)",
        r"行贿|给予[^。；]{0,16}(?:好处费|现金|财物|贿赂)|送给[^。；]{0,12}(?:现金|人民币|元)",
        r"挪用[^。；]{0,8}(?:公款|资金|专项|款)",
        r"滥用职权|超越职权|违反规定[^。]{0,12}(?:审批|发放|办理)",
        r"玩忽职守|不履行[^。]{0,8}职责|不认真履行|严重不负责任|失职",
        r"徇私(?:舞弊|枉法)?|枉法|伪造[^。]{0,10}(?:考试|档案|公文)",
        r"私分|小金库|账外资金|公款",
        r"谋取(?:不正当)?利益|提供帮助|予以关照|给予关照|好处费|感谢费|回扣",
        r"(?:局|厅|处|科|所|站|镇|乡|县|区|市|村)(?:党委|党组|支部)?(?:书记|主任|局长|科长|所长|站长|"
        r"镇长|乡长|县长|区长|院长|会计|出纳)",
        r"(?:担任|时任|历任|任)[^。；，]{2,24}(?:长|书记|主任|经理|会计|出纳|委员|干部|民警|法官|检察官)",
        r"国有(?:独资|控股)?(?:公司|企业|资产|资金)|事业单位|财政(?:资金|拨款|所|局)|国库",
        r"公安局|派出所|法院|检察院|税务局|国土|城管|民政|教育局|卫生局|人民政府|村(?:民)?委(?:员)?会",
        r"低保|拆迁|征地|补偿款|扶贫|救灾|农机补贴|退耕还林|医保基金|社保基金|专项资金",
        r"纪委|监察委|监委|留置|反贪|检察机关立案|自首[^。]{0,10}(?:纪检|检察)",
        r"盗窃|扒窃|入户|抢劫|抢夺|殴打|打伤|轻伤|砍|持刀|强奸|猥亵|容留|吸毒|毒品|海洛因|冰毒",
        r"醉酒|驾驶|机动车|无证|肇事|轿车|摩托车|相撞|血液中",
        r"赌博|赌场|开设|卖淫|信用卡|恶意透支|传销|伪劣|假冒|注册商标|销售假|盗伐|猎捕",
        r"(?:有限|股份)公司[^。；]{0,16}(?:员工|业务员|销售|出纳|司机|仓库|股东)|本公司|公司货款|本单位财物",
    )
)


def follows_rule(texts: Sequence[str]) -> NDArray[np.bool_]:
    """What the one rule says of each text."""
    return np.array([ONE_RULE.search(text) is not None for text in texts], dtype=np.bool_)


def cue_columns(texts: Sequence[str]) -> sparse.csr_matrix:
    """One row per text: the rule, then every cue, 1 where it is found."""
    patterns = (ONE_RULE, *CUES)
    hits = [[p.search(text) is not None for p in patterns] for text in texts]
    return sparse.csr_matrix(np.array(hits, dtype=np.float32))


@dataclass(frozen=True)
class DutyModel:
    """p = 1 / (1 + exp(-(a·log-odds of the ensemble + b·rule + c))), and the F1-best threshold."""

    ensemble: Folded
    weights: NDArray[np.float64]
    bias: float
    threshold: float

    def probabilities(self, counts: Counts, rule: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Calibrated probability of "duty-related" for every row of ``counts``."""
        stated = self.ensemble.probabilities(self.ensemble.weighting.apply(counts))
        score = _columns(stated, rule) @ self.weights + self.bias
        return np.asarray(1.0 / (1.0 + np.exp(-score)))


def _columns(stated: NDArray[np.float64], rule: NDArray[np.bool_]) -> NDArray[np.float64]:
    safe = np.clip(stated, 1e-6, 1 - 1e-6)
    return np.column_stack([np.log(safe[:, 1] / safe[:, 0]), rule.astype(np.float64)])


def fit_duty(
    counts: Counts,
    rows: NDArray[np.intp],
    positive: NDArray[np.bool_],
    rule: NDArray[np.bool_],
    *,
    views: tuple[str, ...],
) -> DutyModel:
    """Ensemble over n-grams and cues, then a two-column logistic regression of model and rule.

    The threshold is the one with the highest F1 on probabilities that were made out of fold.
    """
    labels = positive.astype(np.intp)
    ensemble = fit(counts, rows, labels, 2, views=views)
    columns = _columns(ensemble.out_of_fold, rule[rows])
    last = LogisticRegression(C=1.0).fit(columns, labels[rows])
    stated = np.zeros(len(rows))
    folds = stratified_folds(labels[rows], 5, seed=SEED)
    for k in range(5):
        part = LogisticRegression(C=1.0).fit(columns[folds != k], labels[rows][folds != k])
        stated[folds == k] = part.predict_proba(columns[folds == k])[:, 1]
    threshold = best_f1_threshold(positive[rows], stated)
    return DutyModel(ensemble, last.coef_[0], float(last.intercept_[0]), threshold)


def rule_f1(positive: NDArray[np.bool_], rule: NDArray[np.bool_]) -> float:
    """F1 of the one rule: the figure every model of this question is printed beside."""
    return f1_binary(positive, rule)
