package io.limelight.agent.actions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.limelight.core.json.WireJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** The actions that come with the project, run as programs; their settings beside them as an administrator would have it. */
class ReadyMadeActionTest {
    private static final String ID = "0b3c7a52-0c1d-4e1f-8d5e-1a2b3c4d5e6f";

    @TempDir
    Path folder;

    private HttpServer server;
    private byte[] published = new byte[0];

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, published.length);
            exchange.getResponseBody().write(published);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private record Ran(int status, String said) {}

    private static Ran run(Path directory, String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ran(process.exitValue(), said);
    }

    private static String must(Path directory, String... command) throws Exception {
        Ran ran = run(directory, command);
        assertThat(ran.status()).as(ran.said()).isZero();
        return ran.said();
    }

    private static ObjectNode event() {
        ObjectNode event =
                WireJson.object().put("type", "revocation").put("agent_id", ID).put("ip", "198.51.100.7");
        event.putObject("metadata").put("cert_serial", 4096).put("common_name", ID);
        return event;
    }

    private Ran action(String name, String settings, ObjectNode event) throws Exception {
        Path program = folder.resolve(name + ".py");
        Files.copy(Path.of("../core/src/main/actions", name + ".py"), program, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve(name + ".json"), settings);
        Path notice = Files.write(folder.resolve("event.json"), WireJson.compact(event));
        return run(folder, "python3", "-B", program.toString(), notice.toString());
    }

    private Path program(String name, String text) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    @ParameterizedTest
    @CsvSource({"rm_authorized_key", "update_crl", "firewall", "drop_ipsec", "flag_file"})
    void noneActsOnAnythingButARevocation(String name) throws Exception {
        Ran ran = action(name, "{}", event().put("type", "comm_error"));
        assertThat(ran).isEqualTo(new Ran(0, ""));
    }

    /** No Python to read for whoever wanted to know why. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update_crl | {} | RevocationNotifier-cert.crt, which says where the list is; it comes with a payload",
                "update_crl | {\"url\": \"http://127.0.0.1:1/\", \"ca\": \"/no/such\"} | there is no /no/such to check",
                "update_crl | {\"url\": \"http://127.0.0.1:1/\", \"ca\": \"/etc/passwd\", \"tries\": 1} | cannot be fetched from http://127.0.0.1:1/",
                "update_crl | no json | update_crl.json are no JSON",
                "firewall | {} | do not say where the verifier is",
                "firewall | {\"verifier\": \"192.0.2.1\", \"nft\": \"/no/nft\"} | there is no /no/nft",
                "firewall | {\"verifier\": \"192.0.2.1\", \"nft\": \"false\"} | false ended with status 1",
                "drop_ipsec | {\"swanctl\": \"/no/such\", \"ipsec\": \"/no/such\"} | neither strongSwan",
                "rm_authorized_key | {\"files\": [\"/dev/null\"]} | /dev/null is no plain file"
            })
    void whatIsRefusedIsOneSentenceAndExitStatusOne(String name, String settings, String reason) throws Exception {
        Ran ran = action(name, settings, event());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.said()).contains(reason).hasLineCount(1);
    }

    // --- authorized_keys ---

    private Path keys() throws IOException {
        Path ssh = Files.createDirectories(folder.resolve("home/.ssh"));
        return Files.writeString(
                ssh.resolve("authorized_keys"),
                "# keylime:%1$s\nssh-ed25519 AAAA root@admin\nssh-ed25519 BBBB keylime:%1$s\nssh-ed25519 CCCC keylime:%1$s2\nfrom=\"x\" ssh-rsa D keylime:%1$s web"
                        .formatted(ID));
    }

    private String files(Path file) {
        return "{\"files\": [\"" + file + "\"]}";
    }

    @Test
    void theRevokedMachinesKeysLeaveTheFileAndNothingElseDoes() throws Exception {
        Path file = keys();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(action("rm_authorized_key", files(file), event()).status()).isZero();
        assertThat(file)
                .hasContent(
                        "# keylime:%1$s\nssh-ed25519 AAAA root@admin\nssh-ed25519 CCCC keylime:%1$s2\n".formatted(ID));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(file.getParent()).isDirectoryNotContaining("glob:**keylime*");
    }

    @Test
    void aDryRunChangesNoKeys() throws Exception {
        Path file = keys();
        String before = Files.readString(file);
        Ran ran = action("rm_authorized_key", files(file).replace("{", "{\"dry_run\": true, "), event());
        assertThat(ran.said()).contains("would remove 2 lines");
        assertThat(file).hasContent(before);
    }

    @Test
    void aMachineWithoutKeysIsSaid() throws Exception {
        Path file = Files.writeString(keys(), "ssh-ed25519 A keylime:" + ID + "\n");
        assertThat(action("rm_authorized_key", files(file), event()).said()).startsWith("removed 1 line of " + ID);
        assertThat(action("rm_authorized_key", files(file), event()))
                .isEqualTo(new Ran(0, "no line of " + ID + " was found\n"));
    }

    @Test
    void aFileOfKeysThatIsALinkIsLeftAlone() throws Exception {
        Path target = keys();
        Path link = Files.createSymbolicLink(folder.resolve("home/.ssh/link"), target);
        String before = Files.readString(target);
        assertThat(action("rm_authorized_key", files(link), event()).status()).isEqualTo(1);
        assertThat(target).hasContent(before);
        assertThat(action("rm_authorized_key", files(target), event().put("agent_id", "../x"))
                        .status())
                .isEqualTo(1);
        assertThat(target).hasContent(before);
    }

    // --- firewall ---

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, no machine's own address",
        "::1, no machine's own address",
        "::ffff:127.0.0.1, no machine's own address",
        "0.0.0.0, no machine's own address",
        "224.0.0.1, no machine's own address",
        "fe80::1, no machine's own address",
        "machine.example, a name instead of an address",
        "198.51.100.7; flush ruleset, a name instead of an address",
        "198.51.100.0/24, no address",
        "192.0.2.10, the verifier",
        "::ffff:192.0.2.10, the verifier",
        "192.0.2.11, the registrar",
        "192.0.2.12, never dropped"
    })
    void anAddressThatMustStayIsNotDropped(String address, String reason) throws Exception {
        Ran ran = action(
                "firewall",
                "{\"verifier\": \"192.0.2.10\", \"registrar\": [\"192.0.2.11\"], \"never\": [\"192.0.2.12\"], \"nft\": \"false\"}",
                event().put("ip", address));
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.said()).contains("nothing is dropped").contains(reason);
    }

    @Test
    void thisMachineItsGatewayAndItsNameServersAreNotDropped() throws Exception {
        String settings = "{\"verifier\": \"192.0.2.10\", \"registrar\": \"192.0.2.11\", \"nft\": \"false\"}";
        List<String> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .map(InetAddress::getHostAddress)
                .map(address -> address.replaceAll("%.*", ""))
                .toList();
        for (String address : own) {
            assertThat(action("firewall", settings, event().put("ip", address)).said())
                    .as(address)
                    .contains("nothing is dropped");
        }
        for (String line : Files.readAllLines(Path.of("/etc/resolv.conf"))) {
            if (line.startsWith("nameserver ")) {
                String address = line.split("\\s+", -1)[1];
                assertThat(action("firewall", settings, event().put("ip", address))
                                .said())
                        .as(address)
                        .contains("nothing is dropped");
            }
        }
    }

    @Test
    void withoutAVerifierInItsSettingsNothingIsDropped() throws Exception {
        assertThat(action("firewall", "{\"nft\": \"false\"}", event()).said())
                .contains("the settings do not say where the verifier is");
    }

    @Test
    void anAddressIsDroppedForATimeByOneScriptForNft() throws Exception {
        Path nft = program("nft", "#!/bin/sh\n[ \"$*\" = '-f -' ] && cat > " + folder.resolve("rules") + "\n");
        String settings =
                "{\"verifier\": \"192.0.2.10\", \"registrar\": \"192.0.2.11\", \"hours\": 3, \"nft\": \"" + nft + "\"";
        assertThat(action("firewall", settings + ", \"dry_run\": true}", event())
                        .said())
                .contains("add element inet limelight_revoked revoked4 { 198.51.100.7 timeout 3h }");
        assertThat(folder.resolve("rules")).doesNotExist();
        Ran ran = action("firewall", settings + "}", event().put("ip", "2001:db8::7"));
        assertThat(ran.status()).as(ran.said()).isZero();
        assertThat(Files.readString(folder.resolve("rules")))
                .contains("type ipv6_addr; flags timeout;")
                .contains("ip6 saddr @revoked6 drop")
                .contains("ip6 daddr @revoked6 drop")
                .contains("{ 2001:db8::7 timeout 3h }");
    }

    /** In a network of its own, so that nobody else's rules change. */
    @ParameterizedTest
    @CsvSource({"198.51.100.7, revoked4", "2001:db8::7, revoked6"})
    void theRealNftTakesItTwice(String address, String set) throws Exception {
        assumeTrue(
                run(folder, "sh", "-c", "unshare -n nft list ruleset").status() == 0,
                "needs nft, a kernel with nf_tables, and root");
        action("firewall", "{\"verifier\": \"192.0.2.10\", \"registrar\": \"192.0.2.11\", \"dry_run\": true}", event());
        Files.writeString(
                folder.resolve("firewall.json"), "{\"verifier\": \"192.0.2.10\", \"registrar\": \"192.0.2.11\"}");
        Files.write(folder.resolve("event.json"), WireJson.compact(event().put("ip", address)));
        String rules = must(
                folder,
                "unshare",
                "-n",
                "sh",
                "-ec",
                "python3 -B firewall.py event.json; python3 -B firewall.py event.json; nft list set inet limelight_revoked "
                        + set);
        assertThat(rules).contains(address + " timeout 1d expires");
    }

    // --- the list of revoked certificates ---

    private Path authority(String name) throws Exception {
        Path ca = Files.createDirectories(folder.resolve(name));
        must(
                ca,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "cacert.crt",
                "-subj",
                "/CN=authority");
        Files.writeString(ca.resolve("crlnumber"), "10\n");
        Files.writeString(ca.resolve("index.txt"), "");
        Files.writeString(
                ca.resolve("ca.cnf"),
                "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ndefault_crl_days=30\n");
        return ca;
    }

    private byte[] list(Path ca, String form, String... serials) throws Exception {
        StringBuilder index = new StringBuilder();
        for (String serial : serials) {
            index.append("R\t360101000000Z\t260101000000Z\t").append(serial).append("\tunknown\t/CN=x\n");
        }
        Files.writeString(ca.resolve("index.txt"), index);
        must(
                ca,
                "openssl",
                "ca",
                "-config",
                "ca.cnf",
                "-gencrl",
                "-keyfile",
                "ca.key",
                "-cert",
                "cacert.crt",
                "-out",
                "crl.pem");
        must(ca, "openssl", "crl", "-in", "crl.pem", "-outform", form, "-out", "crl.out");
        return Files.readAllBytes(ca.resolve("crl.out"));
    }

    private String crlSettings(Path ca) {
        return "{\"url\": \"http://127.0.0.1:%d/crl\", \"ca\": \"%s\", \"crl_der\": \"%s\", \"crl_pem\": \"%s\", \"tries\": 1}"
                .formatted(
                        server.getAddress().getPort(),
                        ca.resolve("cacert.crt"),
                        folder.resolve("cacrl.der"),
                        folder.resolve("cacrl.pem"));
    }

    @ParameterizedTest
    @CsvSource({"DER", "PEM"})
    void theListOfTheOwnAuthorityIsInstalled(String form) throws Exception {
        Path ca = authority("ca");
        published = list(ca, form, "02", "1000");
        Ran ran = action("update_crl", crlSettings(ca), event());
        assertThat(ran.status()).as(ran.said()).isZero();
        assertThat(must(folder, "openssl", "crl", "-inform", "DER", "-in", "cacrl.der", "-noout", "-text"))
                .contains("Serial Number: 1000");
        assertThat(must(folder, "openssl", "crl", "-in", "cacrl.pem", "-noout", "-text"))
                .contains("Serial Number: 1000");
    }

    @Test
    void anotherAuthoritysListAnOlderOneAndGarbageAreNot() throws Exception {
        Path ca = authority("ca");
        byte[] old = list(ca, "DER", "1000");
        byte[] used = list(ca, "DER", "1000");
        Files.write(folder.resolve("cacrl.der"), used);
        published = list(authority("other"), "DER", "1000");
        assertThat(action("update_crl", crlSettings(ca), event()).said()).contains("not signed by");
        published = old;
        assertThat(action("update_crl", crlSettings(ca), event()).said()).contains("older than the one in use");
        published = "garbage".getBytes(StandardCharsets.UTF_8);
        assertThat(action("update_crl", crlSettings(ca), event()).said()).contains("not signed by");
        assertThat(folder.resolve("cacrl.der")).hasBinaryContent(used);
    }

    @Test
    void aListWithoutTheRevokedSerialNumberIsInstalledAndAFailure() throws Exception {
        Path ca = authority("ca");
        published = list(ca, "DER", "02");
        Ran ran = action("update_crl", crlSettings(ca), event());
        assertThat(ran.status()).isEqualTo(1);
        assertThat(ran.said()).contains("does not hold serial number 4096 yet");
        assertThat(folder.resolve("cacrl.der")).hasBinaryContent(published);
    }

    // --- IPsec ---

    @Test
    void strongSwansConnectionsOfTheMachineAreEnded() throws Exception {
        Path swanctl = program("swanctl", """
                #!/bin/sh
                if [ "$1" = --list-sas ]; then
                cat <<'EOT'
                net: #7, ESTABLISHED, IKEv2, 1_i* 2_r
                  local  'C=US, CN=me, O=x' @ 192.0.2.1[500]
                  remote 'C=US, CN=%1$s, O=x' @ 198.51.100.7[500]
                net: #8, ESTABLISHED, IKEv2, 1_i* 2_r
                  local  'C=US, CN=%1$s, O=x' @ 192.0.2.1[500]
                  remote 'C=US, CN=%1$s2, O=CN=%1$s' @ 198.51.100.8[500]
                EOT
                else echo "$@" >> %2$s; fi
                """.formatted(ID, folder.resolve("ended")));
        Ran ran = action("drop_ipsec", "{\"swanctl\": \"" + swanctl + "\", \"ipsec\": \"/no/such\"}", event());
        assertThat(ran.status()).as(ran.said()).isZero();
        assertThat(folder.resolve("ended")).hasContent("--terminate --ike-id 7\n");
    }

    @Test
    void libreswansConnectionsOfTheMachineAreEnded() throws Exception {
        Path ipsec = program("ipsec", """
                #!/bin/sh
                if [ "$2" = --trafficstatus ]; then
                echo '006 #2: "net"[1] 198.51.100.7, type=ESP, add_time=1, inBytes=0, outBytes=0, id='"'C=US, CN=%1$s'"
                echo '006 #4: "net"[2] 198.51.100.8, type=ESP, add_time=1, inBytes=0, outBytes=0, id='"'C=US, CN=other'"
                else echo "$@" >> %2$s; fi
                """.formatted(ID, folder.resolve("ended")));
        Ran ran = action("drop_ipsec", "{\"swanctl\": \"/no/such\", \"ipsec\": \"" + ipsec + "\"}", event());
        assertThat(ran.status()).as(ran.said()).isZero();
        assertThat(folder.resolve("ended")).hasContent("whack --deletestate 2\n");
    }

    @Test
    void aMachineWithoutIpsecSaysSo() throws Exception {
        assertThat(action("drop_ipsec", "{\"swanctl\": \"/no/such\", \"ipsec\": \"/no/such\"}", event())
                        .said())
                .contains("neither strongSwan");
        assertThat(action(
                        "drop_ipsec",
                        "{\"swanctl\": \"/no/such\", \"ipsec\": \"/no/such\", \"dry_run\": true}",
                        event()))
                .isEqualTo(new Ran(
                        0,
                        "would end nothing: neither strongSwan (swanctl) nor libreswan (ipsec) is on this machine\n"));
    }

    // --- a flag ---

    @Test
    void aFlagSaysWhichMachineAndWhy() throws Exception {
        Path flags = folder.resolve("flags");
        String settings = "{\"folder\": \"" + flags + "\"}";
        assertThat(action("flag_file", settings, event().put("agent_id", "../../x"))
                        .status())
                .isEqualTo(1);
        assertThat(action("flag_file", settings, event().put("event_id", "ima.validation.x"))
                        .status())
                .isZero();
        ObjectNode flag = WireJson.parseObject(Files.readAllBytes(flags.resolve(ID + ".json")));
        assertThat(flag.get("event_id").stringValue()).isEqualTo("ima.validation.x");
        assertThat(flag.get("cert_serial").intValue()).isEqualTo(4096);
        assertThat(flags).isDirectoryNotContaining("glob:**.flag-*");
    }
}
