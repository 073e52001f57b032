"""Text for the ear: a written sentence becomes the words that a speech engine says right.

Conventions, one for each kind:

- Numbers: "ett tusen to hundre og femti", "hundre" for 100, "tjueen". One is "én", and "ett" before
  a neuter noun; digits said one by one have "en".
- Decimals: "tre komma fem"; two of them as a number, "tre komma fjorten"; others one by one.
- Years are said in two parts, "nitten åttifire", "tjue tjuefire", "nitten null fem", but "to tusen
  og åtte". Both ways of saying this century's years are allowed (Språkrådet, «Tall, tid og dato»).
  In compounds they are one word: "nittennittiårene", "attenhundretallet".
- Dates are said with the month's name, times by hour and minute: "klokken ti tretti".
- Telephone numbers and post codes are said in pairs, other codes digit by digit.
- Initialisms are said letter by letter by the Norwegian names of the letters, apart from those that
  people say as words. Endings stay: "enn err kås", "pe se-er".
- Quotation marks aren't said. Brackets and dashes are pauses, written as commas.
"""
