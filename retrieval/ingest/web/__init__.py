"""Pages and feeds from the network, which nobody is let through to what is inside."""
