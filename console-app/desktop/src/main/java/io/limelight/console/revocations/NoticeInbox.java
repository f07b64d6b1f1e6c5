package io.limelight.console.revocations;

import io.limelight.console.problem.ProblemException;
import io.limelight.console.problem.Problems;
import io.limelight.console.records.ReceivedStore;
import io.limelight.console.words.Words;
import io.limelight.console.work.ScreenThread;
import io.limelight.core.listen.NoticeReceiver;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import io.limelight.core.tls.KeyMaterial;
import io.limelight.core.tls.KeyPairs;
import io.limelight.core.tls.PemFiles;
import io.limelight.core.tls.SelfSignedCertificates;
import io.limelight.core.tls.TlsSetupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This console's own receiver, for a verifier that keeps no list of its notices: a webhook with a certificate of its own, or a
 * subscription to ZeroMQ. What comes is kept as it came. Starting and stopping block.
 */
public final class NoticeInbox implements ReceiverViewModel.Receiving, AutoCloseable {
    private static final Duration VALIDITY = Duration.ofDays(825);
    private static final Duration RENEWED = Duration.ofDays(30);

    private final ReceivedStore store;
    private final long profile;
    private final Path folder;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Words words;
    private final Runnable news;
    private @Nullable NoticeReceiver receiver;
    private volatile Optional<Running> running = Optional.empty();
    private volatile @Nullable Instant lastReceived;

    /**
     * Listens to nobody yet.
     *
     * @param profile whose notices
     * @param folder where the webhook's key and certificate are kept
     * @param news called, on some thread, when something came
     */
    public NoticeInbox(
            ReceivedStore store,
            long profile,
            Path folder,
            SecureRandom random,
            InstantSource clock,
            Words words,
            Runnable news) {
        this.store = store;
        this.profile = profile;
        this.folder = folder;
        this.random = random;
        this.clock = clock;
        this.words = words;
        this.news = news;
    }

    /**
     * It listens.
     *
     * @param way how
     * @param address where it is, or whose publisher it listens to
     * @param port of that
     * @param certificate what a verifier has to trust; empty for ZeroMQ
     */
    public record Running(NoticeReceiver.Way way, String address, int port, Optional<Path> certificate) {}

    /** Never blocks. */
    public Optional<Running> running() {
        return running;
    }

    /** When something came last; null: nothing has since this console was started. */
    @Nullable Instant lastReceived() {
        return lastReceived;
    }

    @Override
    public synchronized Running webhook(String address, int port) throws ProblemException {
        ScreenThread.refuse("opening a webhook");
        close();
        Path certificate = folder.resolve("receiver-" + profile + "-cert.crt");
        try {
            InetAddress ip = InetAddress.getByName(address);
            NoticeReceiver started = NoticeReceiver.webhook(
                    new InetSocketAddress(ip, port), identity(certificate, address), clock, this::take);
            receiver = started;
            Running now = new Running(NoticeReceiver.Way.WEBHOOK, address, started.port(), Optional.of(certificate));
            running = Optional.of(now);
            return now;
        } catch (UnknownHostException e) {
            throw Problems.thrown(
                    words, "revocations.receiver", e, words.of("revocations.receiver.no-address", address));
        } catch (IOException e) {
            throw Problems.thrown(words, "revocations.receiver", e, FileTrouble.sentence(e));
        } catch (TlsSetupException e) {
            throw Problems.thrown(words, "revocations.receiver", e, String.valueOf(e.getMessage()));
        }
    }

    @Override
    public synchronized Running zeroMq(String host, int port) {
        ScreenThread.refuse("subscribing to notices");
        close();
        receiver = NoticeReceiver.zeroMq(host, port, clock, this::take);
        Running now = new Running(NoticeReceiver.Way.ZEROMQ, host, port, Optional.empty());
        running = Optional.of(now);
        return now;
    }

    private void take(NoticeReceiver.Received came) {
        try {
            store.add(profile, came.way().name().toLowerCase(Locale.ROOT), came.from(), came.msg(), came.signature());
        } catch (ProblemException e) {
            throw new UncheckedIOException(new IOException(e.getMessage(), e));
        }
        lastReceived = clock.instant();
        news.run();
    }

    private KeyMaterial identity(Path certificate, String address) throws IOException, TlsSetupException {
        Path key = folder.resolve("receiver-" + profile + "-private.pem");
        if (Files.exists(key) && Files.exists(certificate)) {
            KeyMaterial kept = KeyMaterial.read(key, certificate, new char[0]);
            if (kept.certificate()
                    .getNotAfter()
                    .toInstant()
                    .isAfter(clock.instant().plus(RENEWED))) {
                return kept;
            }
        }
        List<String> names = new ArrayList<>();
        if (!address.equals("0.0.0.0") && !address.equals("::")) {
            names.add(address);
        }
        names.add(InetAddress.getLocalHost().getHostName());
        KeyPair keys = KeyPairs.p256(random);
        X509Certificate made =
                SelfSignedCertificates.forAgent(keys, "limelight console", names, clock.instant(), VALIDITY, random);
        PrivateFiles.createFolder(folder);
        PrivateFiles.write(key, PemFiles.privateKey(keys.getPrivate(), new char[0]));
        PrivateFiles.write(certificate, PemFiles.certificate(made).getBytes(StandardCharsets.US_ASCII));
        return new KeyMaterial(keys.getPrivate(), List.of(made));
    }

    /** Listens no longer. */
    @Override
    public synchronized void close() {
        NoticeReceiver before = receiver;
        receiver = null;
        running = Optional.empty();
        if (before != null) {
            before.close();
        }
    }
}
