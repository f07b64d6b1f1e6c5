package io.limelight.cli.tenant;

import io.limelight.cli.command.CommandFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the arguments of {@code limelight tenant} as Python's argument parser reads those of {@code keylime_tenant}: long
 * options with one dash or two, abbreviated as long as it is clear what is meant, values after a blank, after {@code =}, or
 * attached to a short option.
 */
final class TenantArguments {
    private static final int WRONG_USAGE = 2;

    /** Options with a value; the first name is the one {@link #set} knows. */
    private static final String[][] WITH_VALUE = {
        {"-c", "--command"},
        {"-u", "--uuid"},
        {"-t", "--targethost"},
        {"-tp", "--targetport"},
        {"--cv_targethost"},
        {"-f", "--file"},
        {"-k", "--key"},
        {"-p", "--payload"},
        {"--tpm_policy"},
        {"-v", "--cv"},
        {"-vp", "--cvport"},
        {"-vi", "--cvid"},
        {"-r", "--registrarhost"},
        {"-rp", "--registrarport"},
        {"--agent-api-version", "--supported-version"},
        {"--cert"},
        {"--include"},
        {"--ca-password-file"},
        {"--runtime-policy"},
        {"--runtime-policy-url"},
        {"--runtime-policy-checksum"},
        {"--runtime-policy-sig-key"},
        {"--runtime-policy-name"},
        {"--mb-policy", "--mb_refstate"},
        {"--mb-policy-name"},
        {"--allowlist"},
        {"--allowlist-url"},
        {"--allowlist-name"},
        {"--exclude"},
        {"--signature-verification-key", "--sign_verification_key"},
        {"--signature-verification-key-sig"},
        {"--signature-verification-key-sig-key"},
        {"--signature-verification-key-url"},
        {"--signature-verification-key-sig-url"},
        {"--signature-verification-key-sig-url-key"},
    };

    /** Options without one. {@code --debug} has been seen by the main program already. */
    private static final String[][] FLAGS = {
        {"-nvc", "--no-verifier-check"}, {"--push-model"}, {"--verify"}, {"--reregister"}, {"--debug"},
    };

    private final TenantOptions options = new TenantOptions();

    private TenantArguments() {}

    /** An option as it was written, and the value that was written with it, if one was. */
    private record Found(List<String> names, boolean withValue, Optional<String> attached) {}

    /**
     * Reads.
     *
     * @throws CommandFailure with status 2 and a sentence, if they are not as they must be
     */
    static TenantOptions parse(List<String> arguments) throws CommandFailure {
        TenantArguments parser = new TenantArguments();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!looksLikeOption(argument)) {
                throw wrong("\"" + printable(argument) + "\" is no option");
            }
            Found found = find(argument);
            if (!found.withValue()) {
                if (found.attached().isPresent()) {
                    throw wrong(found.names().getFirst() + " takes no value");
                }
                parser.set(found.names().getFirst(), "");
            } else if (found.attached().isPresent()) {
                parser.set(found.names().getFirst(), found.attached().get());
            } else {
                i++;
                if (i == arguments.size() || looksLikeOption(arguments.get(i))) {
                    throw wrong(found.names().getFirst() + " needs a value");
                }
                parser.set(found.names().getFirst(), arguments.get(i));
            }
        }
        Optional<String> wrongUsage = parser.options.wrongUsage();
        if (wrongUsage.isPresent()) {
            throw wrong(wrongUsage.get());
        }
        return parser.options;
    }

    /** A dash alone, a negative number and a text with a blank are values. */
    private static boolean looksLikeOption(String argument) {
        return argument.length() > 1
                && argument.charAt(0) == '-'
                && !Character.isDigit(argument.charAt(1))
                && (argument.indexOf(' ') < 0 || argument.indexOf('=') > 0);
    }

    private static Found find(String argument) throws CommandFailure {
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        Optional<String> attached = equals < 0 ? Optional.empty() : Optional.of(argument.substring(equals + 1));
        List<Found> abbreviated = new ArrayList<>();
        for (boolean withValue : new boolean[] {true, false}) {
            for (String[] names : withValue ? WITH_VALUE : FLAGS) {
                for (String known : names) {
                    if (known.equals(name)) {
                        return new Found(List.of(names), withValue, attached);
                    }
                }
                for (String known : names) {
                    if (known.startsWith(name)) {
                        abbreviated.add(new Found(List.of(names), withValue, attached));
                        break;
                    }
                }
            }
        }
        if (abbreviated.isEmpty() && argument.charAt(1) != '-') {
            return attachedToShort(argument);
        }
        if (abbreviated.isEmpty()) {
            throw wrong("\"" + printable(name) + "\" is no option");
        }
        if (abbreviated.size() > 1) {
            throw wrong("\"" + printable(name) + "\" may mean "
                    + abbreviated.stream().map(found -> found.names().getLast()).toList());
        }
        return abbreviated.getFirst();
    }

    /** {@code -u1234}. */
    private static Found attachedToShort(String argument) throws CommandFailure {
        String name = argument.substring(0, 2);
        for (String[] names : WITH_VALUE) {
            if (names[0].equals(name)) {
                return new Found(List.of(names), true, Optional.of(argument.substring(2)));
            }
        }
        throw wrong("\"" + printable(argument) + "\" is no option");
    }

    private void set(String name, String value) throws CommandFailure {
        switch (name) {
            case "-c" -> options.command = value;
            case "-u" -> options.uuid = value;
            case "-t" -> options.targetHost = value;
            case "-tp" -> options.targetPort = port(name, value);
            case "--cv_targethost" -> options.cvTargetHost = value;
            case "-f" -> options.file = path(name, value);
            case "-k" -> options.key = path(name, value);
            case "-p" -> options.payload = path(name, value);
            case "--tpm_policy" -> options.tpmPolicy = value;
            case "-v" -> options.verifierHost = value;
            case "-vp" -> options.verifierPort = port(name, value);
            case "-vi" -> options.verifierId = value;
            case "-r" -> options.registrarHost = value;
            case "-rp" -> options.registrarPort = port(name, value);
            case "--agent-api-version" -> options.agentApiVersion = value;
            case "--cert" -> options.cert = value;
            case "--include" -> options.include = value;
            case "--ca-password-file" -> options.caPasswordFile = path(name, value);
            case "--runtime-policy" -> options.runtimePolicy = value;
            case "--runtime-policy-url" -> options.runtimePolicyUrl = value;
            case "--runtime-policy-checksum" -> options.runtimePolicyChecksum = value;
            case "--runtime-policy-sig-key" -> options.runtimePolicySigKey = value;
            case "--runtime-policy-name" -> options.runtimePolicyName = value;
            case "--mb-policy" -> options.mbPolicy = value;
            case "--mb-policy-name" -> options.mbPolicyName = value;
            case "--allowlist" -> options.allowlist = value;
            case "--allowlist-url" -> options.allowlistUrl = value;
            case "--allowlist-name" -> options.allowlistName = value;
            case "--exclude" -> options.exclude = value;
            case "--signature-verification-key" -> options.signatureKeys.add(value);
            case "--signature-verification-key-sig" -> options.signatureKeySigs.add(value);
            case "--signature-verification-key-sig-key" -> options.signatureKeySigKeys.add(value);
            case "--signature-verification-key-url" -> options.signatureKeyUrls.add(value);
            case "--signature-verification-key-sig-url" -> options.signatureKeySigUrls.add(value);
            case "--signature-verification-key-sig-url-key" -> options.signatureKeySigUrlKeys.add(value);
            case "-nvc" -> options.noVerifierCheck = true;
            case "--push-model" -> options.pushModel = true;
            case "--verify" -> options.verify = true;
            case "--reregister" -> options.reregister = true;
            case "--debug" -> {
                // Seen by the main program.
            }
            default -> throw new IllegalStateException("option " + name + " is listed and not set");
        }
    }

    private static int port(String name, String value) throws CommandFailure {
        int port = -1;
        if (!value.isEmpty() && value.length() <= 5 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            port = Integer.parseInt(value);
        }
        if (port < 1 || port > 65535) {
            throw wrong(name + ": \"" + printable(value) + "\" is no port number, 1 to 65535");
        }
        return port;
    }

    private static Path path(String name, String value) throws CommandFailure {
        try {
            return Path.of(value);
        } catch (java.nio.file.InvalidPathException e) {
            throw wrong(name + ": \"" + printable(value) + "\" is no file name");
        }
    }

    private static CommandFailure wrong(String sentence) {
        return new CommandFailure(
                WRONG_USAGE,
                sentence + "\nUsage: limelight tenant [-c COMMAND] [-u ID] [-t ADDRESS] [-f FILE] [OPTION…]"
                        + "\nlimelight tenant --help explains every option.");
    }

    private static String printable(String text) {
        String cut = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return cut.replaceAll("[\\p{Cntrl}\\p{Cf}]", "?");
    }

    /** Every name of an option with a value, or of one without; a test holds them and the help together. */
    static List<String> names(boolean withValue) {
        return Arrays.stream(withValue ? WITH_VALUE : FLAGS)
                .flatMap(Arrays::stream)
                .toList();
    }
}
