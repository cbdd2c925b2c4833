"""Pages and widgets for staff, inside the shop's Dashboard and at their own address."""
