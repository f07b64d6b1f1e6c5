package io.limelight.console.machines.filter;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A network, as {@code address/bits}. Names are never looked up: a filter asks nobody.
 *
 * @param prefix its address
 * @param bits how many of it count
 */
record Network(InetAddress prefix, int bits) {

    static Optional<Network> read(String text) {
        int slash = text.indexOf('/');
        Optional<InetAddress> address = literal(slash < 0 ? text : text.substring(0, slash));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        int most = address.get().getAddress().length * 8;
        if (slash < 0) {
            return Optional.of(new Network(address.get(), most));
        }
        String length = text.substring(slash + 1);
        if (length.isEmpty() || length.length() > 3 || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(length);
        return bits > most ? Optional.empty() : Optional.of(new Network(address.get(), bits));
    }

    /** Whether an address is in it; a name is not. */
    boolean holds(String text) {
        Optional<InetAddress> address = literal(text);
        if (address.isEmpty()) {
            return false;
        }
        byte[] theirs = address.get().getAddress();
        byte[] ours = prefix.getAddress();
        if (theirs.length != ours.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit & 7);
            if ((theirs[bit >> 3] & mask) != (ours[bit >> 3] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static Optional<InetAddress> literal(String text) {
        // Most that are none are told from their letters, without an exception for each row.
        if (text.isEmpty()
                || text.length() > 45
                || !text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
            return Optional.empty();
        }
        // Java also reads "10.7" as 10.0.0.7; people who type that have forgotten something.
        if (text.indexOf(':') < 0 && text.chars().filter(c -> c == '.').count() != 3) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
