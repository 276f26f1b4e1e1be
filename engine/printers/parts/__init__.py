"""What several printers share: statuses, amounts, selectors and tables as text. Printers of kinds import from
here and never from each other."""
