package io.limelight.cli.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.limelight.core.tpm.HashAlgorithm;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpmProxyTest {
    @TempDir
    static Path folder;

    private static SoftwareTpm tpm;

    @BeforeAll
    static void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/swtpm")), "swtpm is not installed");
        SoftwareTpms factory = new SoftwareTpms(folder.resolve("tpms"));
        factory.prepare();
        factory.manufacture(folder.resolve("state"));
        assertThat(factory.vendorCertificates().resolve("issuercert.pem")).exists();
        tpm = SoftwareTpm.start("m", folder.resolve("state"), folder);
    }

    @AfterAll
    static void stop() {
        if (tpm != null) {
            tpm.close();
            assertThat(tpm.process().alive()).isFalse();
        }
    }

    /** TPM2_GetRandom (Part 3 §16.1) of 16 bytes. */
    private static ByteBuffer getRandom() {
        return ByteBuffer.wrap(HexFormat.of().parseHex("80010000000c0000017b0010"));
    }

    private static ByteBuffer call(ByteBuffer command) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(tpm.socket()))) {
            TpmCommand.write(channel, command);
            return TpmCommand.read(channel);
        }
    }

    @Test
    void aClientThatDiesInTheMiddleOfACommandDisturbsNobody() throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(tpm.socket()))) {
            channel.write(ByteBuffer.wrap(HexFormat.of().parseHex("80010000000c00")));
        }
        assertThat(TpmCommand.responseCode(call(getRandom()))).isZero();
    }

    @Test
    void manyClientsAtOnceEachGetTheirOwnAnswer() throws Exception {
        Set<String> answers = new HashSet<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<String> ask =
                    () -> HexFormat.of().formatHex(call(getRandom()).array());
            for (Future<String> answer : clients.invokeAll(Collections.nCopies(40, ask))) {
                answers.add(answer.get());
            }
        }
        assertThat(answers).hasSize(40);
    }

    @Test
    void anInjectedExtendChangesThePcrThatOthersRead() throws Exception {
        ByteBuffer read = TpmCommand.read(15, HashAlgorithm.SHA256);
        byte[] before = TpmCommand.value(call(read.duplicate()), HashAlgorithm.SHA256);
        byte[] digest = HashAlgorithm.SHA256.digest(new byte[] {1});
        tpm.extend(15, HashAlgorithm.SHA256, digest);
        assertThat(TpmCommand.value(call(read), HashAlgorithm.SHA256))
                .isEqualTo(HashAlgorithm.SHA256.digest(before, digest));
    }

    @Test
    void whatIsDoneAloneHasNoOtherCommandInBetween() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ByteBuffer> other = tpm.alone(() -> {
                byte[] before = tpm.read(15, HashAlgorithm.SHA256);
                Future<ByteBuffer> asked = clients.submit(() -> call(getRandom()));
                assertThatThrownBy(() -> asked.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
                assertThat(tpm.read(15, HashAlgorithm.SHA256)).isEqualTo(before);
                return asked;
            });
            assertThat(TpmCommand.responseCode(other.get())).isZero();
        }
    }

    @Test
    void answersThatEndEarlyOrNameOtherBanksAreRefused() {
        for (String answer : List.of(
                "80010000000a00000000",
                "8001000000130000000000000000050000ffff",
                "80010000001300000000000000000100000001",
                "80010000001e000000000000000000000001000b03008000000000010020ff")) {
            ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(answer));
            assertThatThrownBy(() -> TpmCommand.value(bytes, HashAlgorithm.SHA256))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> TpmCommand.banks(bytes, 15)).isInstanceOf(IOException.class);
        }
    }
}
