package io.limelight.cli.logging;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Times as Python's {@code strftime} writes them in the C locale; letters it does not know are left out. By hand, because the
 * first use of Java's formatter takes longer than all the lines a short-lived program prints.
 */
final class StrfTime {
    private static final int NOON = 12;

    private final String format;

    StrfTime(String format) {
        this.format = format;
    }

    String format(ZonedDateTime time) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c == '%' && i + 1 < format.length()) {
                i++;
                append(text, format.charAt(i), time);
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, char letter, ZonedDateTime time) {
        switch (letter) {
            case 'Y' -> number(text, time.getYear(), 4);
            case 'y' -> number(text, time.getYear() % 100, 2);
            case 'm' -> number(text, time.getMonthValue(), 2);
            case 'd' -> number(text, time.getDayOfMonth(), 2);
            case 'H' -> number(text, time.getHour(), 2);
            case 'I' -> number(text, (time.getHour() + NOON - 1) % NOON + 1, 2);
            case 'M' -> number(text, time.getMinute(), 2);
            case 'S' -> number(text, time.getSecond(), 2);
            case 'p' -> text.append(time.getHour() < NOON ? "AM" : "PM");
            case 'j' -> number(text, time.getDayOfYear(), 3);
            case 'b' -> text.append(name(time.getMonth()), 0, 3);
            case 'B' -> text.append(name(time.getMonth()));
            case 'a' -> text.append(name(time.getDayOfWeek()), 0, 3);
            case 'A' -> text.append(name(time.getDayOfWeek()));
            case 'z' ->
                text.append(DateTimeFormatter.ofPattern("xx", Locale.ROOT).format(time));
            case 'Z' ->
                text.append(DateTimeFormatter.ofPattern("zzz", Locale.ENGLISH).format(time));
            case '%' -> text.append('%');
            default -> {
                // Unknown to Python's C library too, on most systems.
            }
        }
    }

    private static void number(StringBuilder text, int value, int width) {
        String digits = Integer.toString(value);
        text.append("0".repeat(Math.max(0, width - digits.length()))).append(digits);
    }

    /** {@code AUGUST} becomes {@code August}. */
    private static String name(Enum<?> monthOrDay) {
        return monthOrDay.name().charAt(0) + monthOrDay.name().substring(1).toLowerCase(Locale.ROOT);
    }
}
