"""The house's way in German: Do 19. Nov. 2026, 14:30. Django reads these names."""

DATE_FORMAT = "D j. M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "D j. M Y, H:i"
SHORT_DATE_FORMAT = "j. M Y"
SHORT_DATETIME_FORMAT = "j. M Y, H:i"
MONTH_DAY_FORMAT = "j. F"
