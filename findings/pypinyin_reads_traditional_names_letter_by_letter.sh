#!/usr/bin/env bash
# pypinyin knows which reading a character has from a list of words that is nearly all of simplified script: 长江存储 is
# "chang jiang cun chu", and the same name in traditional script, 長江存儲, as Hong Kong and Taiwan write it, "zhang jiang
# cun chu"; 重慶 is "zhong qing", 中國銀行 "zhong guo yin xing". mozillazg/python-pinyin issue 193 is of other such words.
# A good guess: both scripts are read alike, for every character is read, none stays, and most names come out the same.
# What to do: turn traditional into simplified script first (as OpenCC's t2s does), and compare all readings of a name.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-compile "pypinyin==0.55.0"
PYTHONUTF8=1 "$place/venv/bin/python" - <<'PYTHON'
import pypinyin

print(f"pypinyin {pypinyin.__version__}")
pairs = {
    ("长江存储", "長江存儲"): ("chang jiang cun chu", "zhang jiang cun chu"),
    ("重庆", "重慶"): ("chong qing", "zhong qing"),
    ("中国银行", "中國銀行"): ("zhong guo yin hang", "zhong guo yin xing"),
    ("厦门", "廈門"): ("xia men", "sha men"),
    ("长城", "長城"): ("chang cheng", "zhang cheng"),
    ("行业", "行業"): ("hang ye", "xing ye"),
    ("浪潮", "浪潮"): ("lang chao", "lang chao"),
}
for both, expected in pairs.items():
    seen = tuple(" ".join(pypinyin.lazy_pinyin(word)) for word in both)
    print(f"{both[0]} {seen[0]}; {both[1]} {seen[1]}")
    assert seen == expected
readings = pypinyin.pinyin("長", style=pypinyin.Style.NORMAL, heteronym=True)[0]
print(f"all readings of 長: {readings}")
assert {"chang", "zhang"} <= set(readings)
PYTHON
