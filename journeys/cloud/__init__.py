"""A cloud as its customers see it: networks, servers, volumes, whichever API is behind them."""
