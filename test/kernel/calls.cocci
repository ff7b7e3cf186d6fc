@call@
identifier f =~ "^(CALLEES)$";
position p;
@@
f@p(...)

@script:python@
p << call.p;
f << call.f;
@@
print("%s:%s:%s" % (p[0].file, p[0].line, f))
