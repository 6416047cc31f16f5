{ $0 = tolower($0); gsub(/[^a-z]+/, " "); longest = "" }
{ for (i = 1; i <= NF; i++) if (length($i) > length(longest)) longest = $i }
{ print NF "\t" longest; fflush() }
