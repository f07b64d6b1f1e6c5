package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ActionLintTest {
    private static final Set<ActionReader> ALL = EnumSet.allOf(ActionReader.class);
    private static final String MODULE =
            "async def execute(event):\n    if event['type'] != 'revocation':\n        return\n";

    private final Map<String, String> files = new HashMap<>();

    private List<String> codes(List<String> actions, Set<ActionReader> readers) {
        return ActionLint.check(
                        actions,
                        readers,
                        name -> Optional.ofNullable(files.get(name)).map(text -> text.getBytes(StandardCharsets.UTF_8)))
                .stream()
                .map(ScriptFinding::code)
                .toList();
    }

    @Test
    void namesThatLeaveTheFolderAndFilesThatAreNotThereAreErrors() {
        assertThat(codes(List.of("../../usr/bin/x", "'quoted'", "absent.py"), ALL))
                .containsExactly("name", "name", "missing");
        files.put("empty.sh", "");
        files.put("text.txt", "hello type");
        assertThat(codes(List.of("empty.sh", "text.txt"), Set.of(ActionReader.RUST)))
                .containsExactly("empty", "no-program");
    }

    @Test
    void aModuleIsNothingToTodaysRustAgent() {
        files.put("local_action_a.py", MODULE);
        assertThat(codes(List.of("local_action_a.py"), Set.of(ActionReader.RUST)))
                .containsExactly("rust-program");
        assertThat(codes(List.of("local_action_a.py"), Set.of(ActionReader.LIMELIGHT, ActionReader.OLD_PYTHON)))
                .isEmpty();
    }

    @Test
    void aModuleOfAnotherNameIsRunByNobody() {
        files.put("a.py", MODULE);
        assertThat(codes(List.of("a.py"), Set.of(ActionReader.LIMELIGHT))).containsExactly("prefix");
        assertThat(codes(List.of("a.py"), Set.of(ActionReader.OLD_PYTHON))).containsExactly("old-prefix");
    }

    @Test
    void aProgramThatCallsNothingIsFound() {
        files.put("local_action_a.py", "#!/usr/bin/env python3\n" + MODULE);
        assertThat(codes(List.of("local_action_a.py"), Set.of(ActionReader.RUST)))
                .containsExactly("does-nothing");
        files.put("x.sh", "#!/bin/sh\r\necho type\r\n");
        assertThat(codes(List.of("x.sh"), Set.of(ActionReader.RUST))).containsExactly("crlf");
    }

    @Test
    void theReadyOnesRunWithTodaysAgents() {
        List<ReadyAction> ready = ReadyAction.all();
        ready.forEach(action -> files.put(action.fileName(), action.text()));
        List<String> names = ready.stream().map(ReadyAction::fileName).toList();
        assertThat(codes(names, Set.of(ActionReader.LIMELIGHT, ActionReader.RUST)))
                .doesNotContain("rust-program", "missing", "no-program", "prefix", "crlf");
        assertThat(ready).allSatisfy(action -> assertThat(action.summary()).hasSizeBetween(20, 160));
        assertThat(ReadyAction.removeSshKeys().text()).contains("payload_id_rsa");
    }

    @Test
    void theFormIsTheReaders() {
        List<String> actions = List.of("local_action_a.py", "local_action_b.py");
        assertThat(ActionListForm.of(actions, Set.of(ActionReader.LIMELIGHT, ActionReader.RUST))
                        .text())
                .isEqualTo("local_action_a.py\nlocal_action_b.py\n");
        ActionListForm mixed = ActionListForm.of(actions, ALL);
        assertThat(mixed.text()).isEqualTo("local_action_a,local_action_b");
        assertThat(mixed.additions()).hasSize(2);
        assertThat(ActionListForm.copies(actions, ALL)).containsExactly("local_action_a", "local_action_b");
        assertThat(ActionListForm.of(actions, Set.of(ActionReader.OLD_PYTHON)).additions())
                .isEmpty();
        assertThat(ActionListForm.of(List.of(), ALL).text()).isEmpty();
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        List<String> actions = List.of("local_action_a.py", "local_action_b.py");
        for (Set<ActionReader> readers : List.of(ALL, Set.of(ActionReader.RUST))) {
            ActionList list =
                    ActionList.parse(ActionListForm.of(actions, readers).text());
            assertThat(ActionListForm.files(list, Set.copyOf(actions))).isEqualTo(actions);
        }
    }
}
