package io.limelight.console.policies;

import io.limelight.console.fleet.Machine;
import io.limelight.console.words.Words;
import io.limelight.core.api.AgentId;
import java.util.function.Function;
import javafx.scene.control.ComboBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** A field in which a machine is chosen. */
final class MachineChoice {
    /** A list that is longer is none to choose from. */
    private static final int MOST = 1000;

    private MachineChoice() {}

    static ComboBox<AgentId> of(PoliciesViewModel list, Words words, Function<AgentId, String> names) {
        ComboBox<AgentId> machine = new ComboBox<>();
        machine.setId("read-machine");
        machine.getStyleClass().add("data");
        machine.setPromptText(words.of("policies.create.machine.choose"));
        machine.setMaxWidth(Double.MAX_VALUE);
        machine.setConverter(new StringConverter<>() {
            @Override
            public String toString(@Nullable AgentId id) {
                return id == null ? "" : Bits.printable(names.apply(id));
            }

            @Override
            public @Nullable AgentId fromString(String text) {
                return null;
            }
        });
        machine.getItems()
                .setAll(list.snapshot().machines().stream()
                        .limit(MOST)
                        .map(Machine::id)
                        .toList());
        return machine;
    }
}
