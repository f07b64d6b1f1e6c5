package io.limelight.console.machines;

import io.limelight.console.fleet.FailureSummary;
import io.limelight.console.machines.filter.MachineFacts;
import io.limelight.console.shell.Sheet;
import io.limelight.console.words.Words;
import java.util.List;
import java.util.Objects;

/** Machines as rows of a file. */
final class MachineSheet {
    private MachineSheet() {}

    static Sheet of(Words words, List<MachineFacts> rows) {
        return new Sheet(
                words.of("machines.title"),
                List.of(
                        words.of("machines.column.state"),
                        words.of("machines.column.machine"),
                        words.of("machines.sheet.id"),
                        words.of("machines.column.address"),
                        words.of("machines.column.policy"),
                        words.of("machines.column.tags"),
                        words.of("machines.column.attestations"),
                        words.of("machines.sheet.last-pass"),
                        words.of("machines.sheet.failure")),
                rows.stream().map(row -> row(words, row)).toList());
    }

    private static List<String> row(Words words, MachineFacts facts) {
        FailureSummary failure = facts.machine().failure();
        return List.of(
                words.of("kit.state." + facts.state().key()),
                MachineColumn.shownName(facts),
                facts.machine().id().value(),
                facts.machine().port() == 0
                        ? facts.machine().address()
                        : facts.machine().address() + ":" + facts.machine().port(),
                facts.machine().runtimePolicy(),
                String.join(" ", facts.labels().tags()),
                Long.toString(facts.machine().attestations()),
                Objects.toString(facts.machine().lastPass(), ""),
                failure == null ? "" : failure.sentence().isEmpty() ? failure.id() : failure.sentence());
    }
}
