"""The files that French planners hold: INSEE, DREES, FINESS, IGN, ANS.

One module a source, thin: the layout is seen from the columns, the codes stay
text, positions become EPSG:4326, and whatever is left out is counted. Nothing
is downloaded.
"""

from desserte.french.apl import read_apl
from desserte.french.bpe import read_bpe
from desserte.french.cog import read_cog
from desserte.french.communes import read_communes
from desserte.french.filosofi import read_filosofi
from desserte.french.finess import read_finess
from desserte.french.population import read_population
from desserte.french.practitioners import place_practitioners
from desserte.french.rpps import read_rpps

__all__ = [
    "place_practitioners",
    "read_apl",
    "read_bpe",
    "read_cog",
    "read_communes",
    "read_filosofi",
    "read_finess",
    "read_population",
    "read_rpps",
]
