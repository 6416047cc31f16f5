import re, sys
for line in sys.stdin:
    words = re.findall("[a-z]+", line.lower())
    print(len(words), max(words, key=len, default=""), sep="\t", flush=True)
