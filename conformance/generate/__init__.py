"""From JSON Schema to values: valid ones, values wrong in one named way, and smaller ones.

keywords, flat            read a schema: references followed, `allOf` merged, branches listed
compiler, nodes           a schema becomes a tree of nodes, each a pure function from bytes to a value
text, formats, patterns, numeric, userdata   what the leaves are
source, strategies, draw  where the bytes come from: Hypothesis, a seed, or zeros
mutations, wrong, raw     values and bodies that are wrong in one named way, enumerated
encode, reduce            values as bytes; failing values made smaller
"""
