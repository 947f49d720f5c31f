"""Signs of shell companies: one detector a module, each `SIGN` and `signs(view)`; `weigh` adds up what they find."""
