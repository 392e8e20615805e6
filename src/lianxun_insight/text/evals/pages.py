"""Pages for measuring OCR: invented office prose, typeset and then degraded like a bad copy."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np

from lianxun_insight.text.evals.common import BadFileError

_UNITS = (
    "临江市水务局",
    "云岭县教育局",
    "白鹭区城管中心",
    "清河镇财政所",
    "望江集团公司",
    "北塘街道办事处",
)
_MATTERS = (
    "工程建设招标投标",
    "专项补助资金发放",
    "公务用车管理",
    "办公用房清理",
    "物资采购验收",
    "惠农补贴申领",
    "选人用人程序",
    "国有资产出租出借",
    "会议费培训费报销",
    "食堂经费核算",
)
_FACTS = (
    "查阅凭证{n}份，发现其中{m}份缺少审批签字",
    "合同编号为LJ-{y}-{n:03d}，金额{a}元",
    "验收日期早于送货日期{m}天",
    "三家投标文件的错别字一致",
    "支出{a}元未附明细清单",
    "未按规定在{m}个工作日内公示",
    "同一笔费用于{y}年{m}月重复列支",
    "台账登记与实物相差{n}件",
)
_ADVICE = (
    "建议主管部门督促限期整改",
    "请有关单位在收到本函后书面说明情况",
    "相关线索按程序移送",
    "应当完善制度，堵塞漏洞",
    "对整改情况适时开展复查",
    "责成责任人退回款项并作出检查",
)


def prose(seed: int, size: float) -> list[str]:
    """Paragraphs that fill about one A4 page at the type size (points). All names are invented."""
    rng = random.Random(seed)  # noqa: S311 - sample text, not a secret
    wanted = int(1250 * (10.5 / size) ** 2)
    out: list[str] = []
    number = 0
    while sum(map(len, out)) < wanted:
        number += 1
        facts = "；".join(
            f.format(
                n=rng.randint(2, 320),
                m=rng.randint(2, 28),
                y=rng.randint(2015, 2024),
                a=f"{rng.randint(1000, 999999) + rng.randint(0, 99) / 100:,.2f}",
            )
            for f in rng.sample(_FACTS, 3)
        )
        unit, matter = rng.choice(_UNITS), rng.choice(_MATTERS)
        out.append(
            f"（{number}）关于{unit}{matter}的问题。经核查，{facts}。{rng.choice(_ADVICE)}。"
        )
    while len(out) > 1 and sum(map(len, out)) > wanted:
        out.pop()
    return out


def typeset(path: Path, paragraphs: list[str], size: float) -> Path:
    """One A4 page at 200 dpi as PNG."""
    import typst

    source = path.with_suffix(".typ")
    body = "\n\n".join(p.replace("#", "\\#").replace("$", "\\$") for p in paragraphs)
    source.write_text(
        '#set page(paper: "a4", margin: (x: 28mm, y: 25mm))\n'
        f'#set text(font: ("FangSong", "Noto Serif CJK SC"), lang: "zh", region: "cn", size: {size}pt)\n'
        "#set par(leading: 0.75em, justify: true)\n" + body,
        "utf-8",
    )
    # The library says bytes and gives a list where there are several pages.
    images: bytes | list[bytes] = typst.compile(str(source), format="png", ppi=200)
    if not isinstance(images, bytes):
        raise BadFileError("排版结果超过一页，请减小页数或字号。")
    path.write_bytes(images)
    return path


def degraded(path: Path, seed: int) -> Path:
    """The page skewed by up to 1.2°, blurred, with noise (σ 18) and JPEG quality 45."""
    from PIL import Image, ImageFilter

    rng = np.random.default_rng(seed)
    with Image.open(path) as source:
        page = source.convert("L").rotate(
            float(rng.uniform(-1.2, 1.2)), fillcolor=255, expand=False
        )
    page = page.filter(ImageFilter.GaussianBlur(0.8))
    noisy = np.asarray(page, np.float32) + rng.normal(0, 18, (page.height, page.width))
    out = path.with_name(path.stem + "-degraded.jpg")
    image = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    image.save(out, quality=45, dpi=(200, 200))
    return out
