package io.limelight.core.payload;

import static org.assertj.core.api.Assertions.assertThat;

import io.limelight.core.payload.ScriptFinding.Severity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScriptLintTest {
    private static final Set<String> FILES =
            Set.of("autorun.sh", "payload_id_rsa", "payload_id_rsa.pub", "tls/trust.pem", "known_hosts");

    private static List<ScriptFinding> check(String script) {
        return ScriptLint.check(script.getBytes(StandardCharsets.UTF_8), FILES);
    }

    private static List<String> codes(String script) {
        return check(script).stream().map(ScriptFinding::code).toList();
    }

    @Test
    void bytesThatAreNoScriptAreSaid() {
        assertThat(codes("")).containsExactly("empty");
        assertThat(codes("\0\0")).containsExactly("nul");
        assertThat(codes("\ufeff#!/bin/sh\nset -e\n")).containsExactly("bom");
        assertThat(ScriptLint.check(new byte[] {'#', '!', '/', 'b', '\n', (byte) 0xff}, FILES))
                .extracting(ScriptFinding::code, ScriptFinding::line)
                .contains(org.assertj.core.groups.Tuple.tuple("utf8", 2));
        assertThat(codes("x".repeat(ScriptLint.MAX_BYTES + 1))).containsExactly("long");
        assertThat(codes("'unclosed \"and $( more\n<<")).isNotNull();
    }

    @Test
    void lineEndsOfWindowsAreAnError() {
        assertThat(check("#!/bin/sh\nset -e\r\ncat known_hosts\r\n"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.line()).isEqualTo(2);
                    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                    assertThat(finding.code()).isEqualTo("crlf");
                });
    }

    @Test
    void theScriptOfTheDocumentsIsUnderstood() {
        assertThat(codes("#!/bin/bash\n\nmkdir -p /root/.ssh/\ncp payload_id_rsa* /root/.ssh/\n"
                        + "chmod 600 /root/.ssh/payload_id_rsa*\n"))
                .containsExactlyInAnyOrder("no-set-e", "root");
    }

    @Test
    void aFileThatIsNotThereIsNamedWithTheNearest() {
        assertThat(check("#!/bin/sh\nset -eu\ninstall -m 600 payload_id_rsa /tmp/\ncp tls/trusted.pem /tmp/\n"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.line()).isEqualTo(4);
                    assertThat(finding.sentence()).contains("tls/trusted.pem");
                    assertThat(finding.advice()).contains("tls/trust.pem");
                });
        assertThat(codes("#!/bin/sh\nset -e\ncp *.conf /tmp/\n./setup.sh\n. ./lib.sh\ncat <hosts\n"))
                .containsExactly("absent", "absent", "absent", "absent");
    }

    @Test
    void whatTheScriptMakesOrCannotBeKnownIsNotMissed() {
        assertThat(codes("""
                #!/bin/sh
                set -e
                ls >found
                cat found "$1" $(ls) ~/x ../y
                ln -sf payload_id_rsa mykey
                chmod 600 mykey
                cat <<END
                cp nothing here
                END
                # cp nothing here
                echo 'cp nothing here'
                cd /tmp
                cat whatever
                """)).isEmpty();
    }

    @Test
    void whatWaitsOrAsksIsSaid() {
        assertThat(codes("#!/bin/sh\nset -e\nsleep 10m\n")).containsExactly("long");
        assertThat(codes("#!/bin/sh\nset -e\nwhile true; do sleep 1; done\n")).containsExactly("long");
        assertThat(codes("#!/bin/sh\nset -e\ncurl https://example.com/x -o x\n"))
                .containsExactly("long");
        assertThat(codes("#!/bin/sh\nset -e\ncurl --max-time 5 https://example.com/x -o x\n"))
                .isEmpty();
        assertThat(codes("#!/bin/sh\nset -e\nread answer\n")).containsExactly("reads");
        assertThat(codes("#!/bin/sh\nset -e\napt-get install wireguard\n")).containsExactlyInAnyOrder("asks", "root");
    }

    @Test
    void theInterpreterIsLookedAt() {
        assertThat(codes("set -e\necho x\n")).containsExactly("no-interpreter");
        assertThat(codes("#!bash\nset -e\n")).containsExactly("interpreter-path");
        assertThat(codes("#!/bin/sh\nset -euo pipefail\n[[ -f x ]]\n")).containsExactly("bash");
        assertThat(codes("#!/bin/bash\nset -euo pipefail\n[[ -f x ]]\n")).isEmpty();
    }

    @Test
    void endsAreLookedAt() {
        assertThat(codes("#!/bin/sh\nset -e\nexit 0\necho never\n")).containsExactly("exit");
        assertThat(codes("#!/bin/sh\nset -e\ntest -f known_hosts || exit 1\necho sometimes\n"))
                .isEmpty();
        assertThat(codes("#!/bin/sh\nset -e\nif true; then\n  exit 0\nfi\necho sometimes\n"))
                .isEmpty();
        assertThat(codes("#!/bin/sh\nset -e\ncat known_hosts >>/tmp/known_hosts\n"))
                .containsExactly("appends");
    }
}
