"""Who owns, controls and stands behind whom on a day."""
