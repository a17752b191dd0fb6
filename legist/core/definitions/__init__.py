"""Everything a firm may edit: what ships and the firm's own apart, and how one becomes the other."""
