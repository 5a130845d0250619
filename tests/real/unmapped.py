"""Equalisers of Debian's packages that have no file: by which plug-in and package, and what becomes of each."""

SWH, FOMP = "http://plugin.org.uk/swh-plugins/", "http://drobilla.net/plugins/fomp/"
EQ10Q, LSP = "http://eq10q.sourceforge.net/eq/", "http://lsp-plug.in/plugins/lv2/"
CALF = "http://calf.sourceforge.net/plugins/"
MAPPED = {
    "SWH Single Para": (SWH + "singlePara", "swh-lv2"),
    "SWH Triple Para": (SWH + "triplePara", "swh-lv2"),
    "fomp": (FOMP + "parametric1", "fomp"),
    "EQ1Q mono": (EQ10Q + "eq1qm", "eq10q"),
    "EQ1Q stereo": (EQ10Q + "eq1qs", "eq10q"),
    "EQ4Q mono": (EQ10Q + "eq4qm", "eq10q"),
    "EQ4Q stereo": (EQ10Q + "eq4qs", "eq10q"),
    "TAP Equalizer": ("tap_eq.so:tap_equalizer", "tap-plugins"),
    "TAP Equalizer/BW": ("tap_eqbw.so:tap_equalizer_bw", "tap-plugins"),
    "CAPS EqFA4p": ("caps.so:EqFA4p", "caps"),
}
"""What is mapped; the last three are LADSPA's."""
REFUSED = {
    "LSP LeftRight": (LSP + "para_equalizer_x16_lr", "lsp-plugins-lv2", "each band twice, left and right"),
    "LSP MidSide": (LSP + "para_equalizer_x16_ms", "lsp-plugins-lv2", "each band twice, mid and side"),
    "LSP graphic": (LSP + "graph_equalizer_x16_mono", "lsp-plugins-lv2", "is a graphic equaliser"),
    "Calf Sidechain Compressor": (CALF + "SidechainCompressor", "calf-plugins", "is a compressor or a gate"),
    "Calf Sidechain Gate": (CALF + "SidechainGate", "calf-plugins", "is a compressor or a gate"),
    "Calf 30 band": (CALF + "Equalizer30Band", "calf-plugins", "levels and no frequencies, as a graphic"),
    "ZamGEQ31": ("urn:zamaudio:ZamGEQ31", "zam-plugins", "is a graphic equaliser"),
    "SWH Multiband": (SWH + "mbeq", "swh-lv2", "is a graphic equaliser"),
    "SWH DJ EQ": (SWH + "dj_eq", "swh-lv2", "shows no band with a frequency and a gain"),
    "CAPS Eq10": ("caps.so:Eq10", "caps", "is a graphic equaliser"),
}
"""What is refused, and why."""
