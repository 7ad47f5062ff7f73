"""The frame around the screens: root, flow, routes and navigation."""
