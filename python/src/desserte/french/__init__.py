"""The files that French planners hold: INSEE, DREES, FINESS, IGN, ANS.

One module a source, thin: the layout is seen from the columns, the codes stay
text, positions become EPSG:4326, and whatever is left out is counted. Nothing
is downloaded.
"""

from desserte.french.apl import read_apl
from desserte.french.communes import read_communes
from desserte.french.finess import read_finess
from desserte.french.population import read_population

__all__ = [
    "read_apl",
    "read_communes",
    "read_finess",
    "read_population",
]
