#!/bin/sh
# Compiles the program, unless somebody did it before and render.jar is here; then runs it.
set -e
[ -e render.jar ] ||
  javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -J-Xmx256m -proc:none -d classes ./*.java
exec java -XX:+UseSerialGC -Xmx256m -Djava.awt.headless=true -cp render.jar:classes Render "$@"
