package io.limelight.console.machines;

import java.util.Comparator;

/** Addresses as people count: {@code 10.0.0.9} before {@code 10.0.0.10}. Runs of digits are compared as numbers, the rest as text. */
final class AddressOrder implements Comparator<String> {
    static final AddressOrder INSTANCE = new AddressOrder();

    private AddressOrder() {}

    @Override
    public int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            if (digit(one, i) && digit(other, j)) {
                int endOne = end(one, i);
                int endOther = end(other, j);
                int compared = numbers(one, i, endOne, other, j, endOther);
                if (compared != 0) {
                    return compared;
                }
                i = endOne;
                j = endOther;
            } else {
                int compared = Character.compare(one.charAt(i), other.charAt(j));
                if (compared != 0) {
                    return compared;
                }
                i++;
                j++;
            }
        }
        int compared = Integer.compare(one.length() - i, other.length() - j);
        // 1.07 and 1.7 count alike and are not the same.
        return compared == 0 ? one.compareTo(other) : compared;
    }

    private static int numbers(String one, int from, int to, String other, int otherFrom, int otherTo) {
        int i = skipZeros(one, from, to);
        int j = skipZeros(other, otherFrom, otherTo);
        int compared = Integer.compare(to - i, otherTo - j);
        for (; compared == 0 && i < to; i++, j++) {
            compared = Character.compare(one.charAt(i), other.charAt(j));
        }
        return compared;
    }

    private static int skipZeros(String text, int from, int to) {
        int at = from;
        while (at < to - 1 && text.charAt(at) == '0') {
            at++;
        }
        return at;
    }

    private static boolean digit(String text, int at) {
        return text.charAt(at) >= '0' && text.charAt(at) <= '9';
    }

    private static int end(String text, int from) {
        int at = from;
        while (at < text.length() && digit(text, at)) {
            at++;
        }
        return at;
    }
}
