package io.limelight.core.policy.boot;

import io.limelight.core.uefi.BootEvent;
import io.limelight.core.uefi.EventBody;
import io.limelight.core.uefi.EventType;
import io.limelight.core.uefi.SignatureEntry;
import io.limelight.core.uefi.SignatureList;
import io.limelight.core.uefi.VariableValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Secure Boot as the firmware measured it before it handed over: on or off as in the reference state, and with its keys.
 *
 * <p>PK, KEK and db must hold exactly the reference state's keys. dbx must hold all of its entries and may hold more: updates
 * of the revocation list only forbid.
 */
final class SecureBootCheck {
    private final ReferenceState reference;
    private final MeasuredText measured;

    SecureBootCheck(ReferenceState reference, MeasuredText measured) {
        this.reference = reference;
        this.measured = measured;
    }

    List<BootFinding> check(List<BootEvent> events) {
        List<BootFinding> findings = new ArrayList<>();
        int handOver = events.stream()
                .filter(event -> event.pcr() == 7 && event.type() == EventType.EV_SEPARATOR)
                .mapToInt(BootEvent::number)
                .findFirst()
                .orElse(events.size());
        state(events, handOver).ifPresent(findings::add);
        Map.of("PK", reference.pk(), "KEK", reference.kek(), "db", reference.db(), "dbx", reference.dbx())
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry ->
                        keys(entry.getKey(), entry.getValue(), events, handOver).ifPresent(findings::add));
        return findings;
    }

    private static List<BootEvent> variables(String name, List<BootEvent> events) {
        return events.stream()
                .filter(event -> EventRole.of(event) == EventRole.SECURE_BOOT
                        && event.body() instanceof EventBody.Variable variable
                        && variable.name().equals(name))
                .toList();
    }

    private Optional<BootFinding> state(List<BootEvent> events, int handOver) {
        List<BootEvent> states = variables("SecureBoot", events);
        if (states.isEmpty() || states.getFirst().number() > handOver) {
            return Optional.of(finding(
                    "The log does not say whether Secure Boot is on: the firmware measured no such variable before it handed"
                            + " over.",
                    List.of("The firmware has no Secure Boot", "The log was edited"),
                    states));
        }
        for (BootEvent event : states) {
            if (!(event.body() instanceof EventBody.Variable variable) || !measured.isMeasured(event, variable)) {
                return Optional.of(edited("SecureBoot", event));
            }
            if (!variable.value().equals(new VariableValue.Switch(reference.secureBoot()))) {
                return Optional.of(finding(
                        reference.secureBoot()
                                ? "Secure Boot is off; in the reference state it is on."
                                : "Secure Boot is on; in the reference state it is off.",
                        List.of(
                                "Secure Boot was switched in the firmware's setup",
                                "The reference state was made from another machine"),
                        List.of(event)));
            }
        }
        return Optional.empty();
    }

    private Optional<BootFinding> keys(String name, Set<ReferenceKey> expected, List<BootEvent> events, int handOver) {
        List<BootEvent> found = variables(name, events);
        if (found.isEmpty() && expected.isEmpty()) {
            return Optional.empty();
        }
        if (found.size() != 1 || found.getFirst().number() > handOver) {
            return Optional.of(finding(
                    "The firmware measured the Secure Boot variable " + name + " " + found.size()
                            + " times; exactly once, before it hands over, is right.",
                    List.of("The log was edited", "The firmware is broken"),
                    found));
        }
        BootEvent event = found.getFirst();
        if (!(event.body() instanceof EventBody.Variable variable) || !measured.isMeasured(event, variable)) {
            return Optional.of(edited(name, event));
        }
        Set<ReferenceKey> got = keysOf(variable.value());
        int added = without(got, expected);
        int missing = without(expected, got);
        if (missing == 0 && (added == 0 || name.equals("dbx"))) {
            return Optional.empty();
        }
        return Optional.of(finding(
                "The Secure Boot variable " + name + " (" + meaning(name) + ") is not as in the reference state: "
                        + added + " entries were added and " + missing + " are missing.",
                List.of(
                        "Keys were enrolled, removed or updated in the firmware, by its setup or by an update",
                        "The reference state was made from another machine"),
                found));
    }

    private static String meaning(String name) {
        return switch (name) {
            case "PK" -> "the platform's key";
            case "KEK" -> "keys that may change db and dbx";
            case "db" -> "keys whose boot loaders may start";
            default -> "what is forbidden to start";
        };
    }

    private static int without(Set<ReferenceKey> keys, Set<ReferenceKey> others) {
        return (int) keys.stream().filter(key -> !others.contains(key)).count();
    }

    private static Set<ReferenceKey> keysOf(VariableValue value) {
        Set<ReferenceKey> keys = new HashSet<>();
        if (value instanceof VariableValue.Signatures(List<SignatureList> lists)) {
            for (SignatureList list : lists) {
                for (SignatureEntry entry : list.entries()) {
                    keys.add(ReferenceKey.of(entry));
                }
            }
        }
        return keys;
    }

    private static BootFinding edited(String name, BootEvent event) {
        return finding(
                "What the log says of the Secure Boot variable " + name + " is not what was measured (event "
                        + event.number() + "): the log was edited.",
                List.of("Someone with control of the machine hides what Secure Boot is set to"),
                List.of(event));
    }

    private static BootFinding finding(String sentence, List<String> causes, List<BootEvent> events) {
        return new BootFinding(
                sentence, causes, events.stream().map(BootEvent::number).toList());
    }
}
