"""Codes of one language: whether a corpus's code and another's mean the same."""

from __future__ import annotations

import re
from functools import cache

_SPELLINGS = """
aar aa, abk ab, afr af, als alb sq sqi, amh am, arb ar ara, arg an, asm as, ava av, ave ae, ayr ay aym,
azj az aze, bak ba, bam bm, bel be, ben bn, bis bi, bod bo tib, bos bs, bre br, bul bg, cat ca, ces cs
cze, cha ch, che ce, chu cu, chv cv, cor kw, cos co, cre cr, cym cy wel, dan da, deu de ger, div dv, dzo
dz, ell el gre, eng en, epo eo, est ekk et, eus baq eu, ewe ee, fao fo, fij fj, fin fi, fra fr fre, fry
fy, fuv ff ful, gaz om orm, gla gd, gle ga, glg gl, glv gv, grn gn gug, guj gu, hat ht, hau ha, heb he
iw, her hz, hin hi, hmo ho, hrv hr scr, hun hu, hye arm hy, ibo ig, ido io, iii ii, ike iku iu, ile ie,
ina ia, ind id in, ipk ik, isl ice is, ita it, jav jv jw, jpn ja jp, kal kl, kan kn, kas ks, kat geo ka,
kaz kk, khk mn mon, khm km, kik ki, kin rw, kir ky, kmr ku kur, knc kau kr, kon kg kng, kor ko, kpv kom
kv, kua kj, lao lo, lat la, lim li, lin ln, lit lt, ltz lb, lub lu, lug lg, lvs lav lv, mah mh, mal ml,
mar mr, mkd mac mk, mlt mt, mri mao mi, mya bur my, nau na, nav nv, nbl nr, nde nd, ndo ng, nld dut nl,
nno nn, nob nb no nor, npi ne nep, nya ny, oci oc, oji oj, ory or ori, oss os, pan pa, pbt ps pus, pes
fa fas per, pli pi, plt mg mlg, pol pl, por pt, quy qu que, roh rm, ron mo mol ro rum, run rn, rus ru,
sag sg, san sa, sin si, slk sk slo, slv sl, sme se, smo sm, sna sn, snd sd, som so, sot st, spa es, srd
sc sro, srp scc sr, ssw ss, sun su, swe sv, swh sw swa, tah ty, tam ta, tat tt, tel te, tgk tg, tgl fil
tl, tha th, tir ti, ton to, tsn tn, tso ts, tuk tk, tur tr, twi ak aka tw, uig ug, ukr uk, urd ur, uzn
uz uzb, ven ve, vie vi, vol vo, wln wa, wol wo, xho xh, ydd ji yi yid, yor yo, zha za, zho chi cmn zh,
zsm may ms msa, zul zu
"""
"""ISO 639-3 codes of languages that have other spellings as well: ISO 639-1, 639-2/B, macro-languages."""


def same_language(one: str, other: str) -> bool:
    """Whether two codes mean one language: ``en``, ``eng``, ``eng_Latn`` and ``en-GB`` do.

    Scripts differ only where both codes name one. A code of no known form is the same as itself only.

    Args:
        one: A code or tag.
        other: Another.

    Example:
        >>> same_language("en", "eng_Latn"), same_language("srp_Cyrl", "srp_Latn")
        (True, False)
    """
    if one == other:
        return True
    (code, script), (code2, script2) = _parts(one), _parts(other)
    return code == code2 and (script == script2 or not script or not script2)


def _parts(text: str) -> tuple[str, str]:
    """Language, in one spelling, and script; an empty one if it is not named."""
    code, *others = re.split(r"[-_]", text.lower())
    script = next((part for part in others if re.fullmatch(r"[a-z]{4}", part)), "")
    return _spellings().get(code, code), script


@cache
def _spellings() -> dict[str, str]:
    rows = [row.split() for row in _SPELLINGS.split(",")]
    return {other: row[0] for row in rows for other in row}
