package io.limelight.console.mail;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Where mail goes and by which way, as typed. Addresses are plain ({@code name@host}, ASCII), so none can smuggle a line into a mail.
 *
 * @param host of the server
 * @param port of the server
 * @param security of the way
 * @param user to log in; empty: no login
 * @param from who sends
 * @param to who gets it, separated by commas, blanks or lines
 */
public record MailRoute(String host, String port, MailSecurity security, String user, String from, String to) {
    /** Most recipients. */
    public static final int MOST = 20;

    private static final int LONGEST = 254;
    private static final int LONGEST_USER = 200;
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(?:\\.[A-Za-z0-9-]{1,63})*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
    private static final Pattern BETWEEN = Pattern.compile("[\\s,;]+");

    /** Without blanks around what was typed. */
    public MailRoute {
        host = host.strip();
        port = port.strip();
        user = user.strip();
        from = from.strip();
        to = to.strip();
    }

    /** Why it cannot be used: key of words; empty: it can. */
    public Optional<String> fault() {
        if (!HOST.matcher(host).matches()) {
            return Optional.of("notify.mail.fault.host");
        }
        if (portNumber().isEmpty()) {
            return Optional.of("notify.mail.fault.port");
        }
        if (user.length() > LONGEST_USER || user.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("notify.mail.fault.user");
        }
        if (security == MailSecurity.NONE && !user.isEmpty()) {
            return Optional.of("notify.mail.fault.password-in-clear");
        }
        if (!address(from)) {
            return Optional.of("notify.mail.fault.from");
        }
        List<String> all = recipients();
        if (all.isEmpty() || !all.stream().allMatch(MailRoute::address)) {
            return Optional.of("notify.mail.fault.to");
        }
        return all.size() > MOST ? Optional.of("notify.mail.fault.many") : Optional.empty();
    }

    /** Who gets it, each once. */
    public List<String> recipients() {
        return Arrays.stream(BETWEEN.split(to))
                .filter(each -> !each.isEmpty())
                .distinct()
                .toList();
    }

    /** The port, if it is one. */
    public OptionalInt portNumber() {
        if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalInt.empty();
        }
        int number = Integer.parseInt(port);
        return number >= 1 && number <= 65_535 ? OptionalInt.of(number) : OptionalInt.empty();
    }

    private static boolean address(String text) {
        return text.length() <= LONGEST && ADDRESS.matcher(text).matches();
    }
}
