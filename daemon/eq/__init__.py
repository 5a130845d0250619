"""One EQ plug-in: its file, its parameters, units and laws, and the fit of five bands to it."""
