package io.limelight.agent.payload;

import io.limelight.core.payload.ActionList;
import io.limelight.core.payload.BootstrapKey;
import io.limelight.core.payload.PayloadArchive;
import io.limelight.core.payload.PayloadException;
import io.limelight.core.payload.SealedPayload;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.SecretBytes;
import io.limelight.core.task.Cancellation;
import io.limelight.core.task.CancelledException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a sealed payload into {@code secure/unzipped} (wire reference §4.3): K, the plaintext, and what is in it if it is a
 * zip archive.
 *
 * <p>Everything that can be wrong with the payload is found before anything is changed: it is decrypted, its archive's
 * directory, names, sizes and checksums are checked, and the room is counted, all in memory. Then the old folder is moved out of
 * sight and removed (both would rarely fit), the new one filled under another name and renamed: whoever looks sees the old payload, none, or the
 * whole new one.
 */
final class Unpacking {
    /** Where the new folder grows. */
    static final String NEW = ".unzipped.new";

    private static final Logger LOG = LoggerFactory.getLogger(Unpacking.class);
    private static final int BLOCK = 4096;

    private final SecureArea area;
    private final PayloadSettings settings;
    private final OldPayload old;
    private final Sharing sharing;

    Unpacking(SecureArea area, PayloadSettings settings, OldPayload old) {
        this.area = area;
        this.settings = settings;
        this.old = old;
        this.sharing = new Sharing(area.owner().scriptGroup());
    }

    /** What came of it. */
    sealed interface Result {
        /** A single file: it is there, and that is all. */
        record SingleFile(int bytes) implements Result {}

        /**
         * An archive.
         *
         * @param entries files and folders in it
         * @param hasScript whether {@code payload_script} is one of them
         */
        record Archive(int entries, boolean hasScript) implements Result {}

        /** It could not be opened; a sentence. */
        record Refused(String problem) implements Result {}

        /** The agent is being stopped; nothing of the new payload is there. */
        record Stopped() implements Result {}
    }

    /** Does it, until it is cancelled. */
    Result unpack(BootstrapKey key, byte[] container, Cancellation cancellation) {
        try (SecretBytes plaintext = SealedPayload.open(key, container)) {
            return plaintext.apply(clear -> {
                try {
                    return unpackClear(key, clear, cancellation);
                } catch (PayloadException e) {
                    return new Result.Refused(String.valueOf(e.getMessage()));
                } catch (CancelledException e) {
                    return new Result.Stopped();
                }
            });
        } catch (PayloadException e) {
            return new Result.Refused(String.valueOf(e.getMessage()));
        }
    }

    private Result unpackClear(BootstrapKey key, byte[] clear, Cancellation cancellation)
            throws PayloadException, CancelledException {
        long room;
        try {
            room = area.free() + old.space(BLOCK, cancellation) + leftover().space(BLOCK, cancellation);
        } catch (IOException e) {
            throw new PayloadException(
                    "the secure area " + area.folder() + " cannot be used: " + FileTrouble.sentence(e), e);
        }
        long own = blocks(clear.length) + blocks(key.bytes().length());
        requireRoom(own, own, room);
        Optional<PayloadArchive> archive = settings.extractZip() && PayloadArchive.startsAsZip(clear)
                ? Optional.of(checked(clear, own, room))
                : Optional.empty();
        long needed = own + archive.map(zip -> zip.unpackedSpace(BLOCK)).orElse(0L);
        requireRoom(needed, own, room);
        requireLinkable();
        try {
            old.remove(cancellation);
            leftover().remove();
            fill(key, clear, archive);
            Files.move(leftoverPath(), area.unzipped(), StandardCopyOption.ATOMIC_MOVE);
            linkPlaintext();
        } catch (IOException e) {
            discard();
            throw full(e)
                    ? new PayloadException(filled(needed), e)
                    : new PayloadException("the payload cannot be written: " + FileTrouble.sentence(e), e);
        }
        return archive.<Result>map(zip -> new Result.Archive(zip.entries().size(), hasScript(zip)))
                .orElseGet(() -> new Result.SingleFile(clear.length));
    }

    /** Whether the folder holds more than a key that came alone. */
    boolean holdsPayload() {
        if (!Files.exists(area.unzipped(), LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!Files.isDirectory(area.unzipped(), LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(area.unzipped())) {
            for (Path file : files) {
                if (!file.endsWith(settings.keyName())) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            // What cannot be looked at is not removed.
            LOG.debug("{} cannot be read", area.unzipped(), e);
            return true;
        }
    }

    /**
     * Leaves K alone in the folder, where no payload is.
     *
     * @param cleared run when a former key is gone and this one is not there yet
     * @return false if it was cancelled before
     * @throws PayloadException if it cannot be written; a sentence
     */
    boolean leaveKey(BootstrapKey key, Runnable cleared, Cancellation cancellation) throws PayloadException {
        try {
            old.remove(cancellation);
            leftover().remove();
            cleared.run();
            writeKey(key, sharing.newTop(leftoverPath()));
            Files.move(leftoverPath(), area.unzipped(), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (CancelledException e) {
            return false;
        } catch (IOException e) {
            discard();
            throw new PayloadException(
                    "the key is known to the agent and cannot be left in " + area.unzipped() + ": "
                            + FileTrouble.sentence(e),
                    e);
        }
    }

    private FolderTree leftover() {
        return new FolderTree(area.folder(), NEW);
    }

    private Path leftoverPath() {
        return area.folder().resolve(NEW);
    }

    /** Reads the archive, and every entry of it once, so that nothing is removed for a damaged one. */
    private PayloadArchive checked(byte[] clear, long own, long room) throws PayloadException {
        PayloadArchive archive = PayloadArchive.read(
                clear,
                settings.reserved(),
                new PayloadArchive.Bounds(PayloadArchive.Bounds.DEFAULT_ENTRIES, room - own));
        for (PayloadArchive.Entry entry : archive.entries()) {
            if (!entry.directory()) {
                try {
                    archive.unpack(entry, (_, _, _) -> {});
                } catch (IOException e) {
                    throw new IllegalStateException("a sink that does nothing does not fail", e);
                }
            } else if (entry.name().equals(settings.script())) {
                throw new PayloadException("the archive's " + settings.script()
                        + " is a folder; payload_script has to be a script or program");
            }
        }
        return archive;
    }

    private void requireRoom(long needed, long own, long room) throws PayloadException {
        if (needed > room) {
            throw new PayloadException(noRoom(needed, own, room));
        }
    }

    private String noRoom(long needed, long own, long room) {
        return "the payload needs " + needed + " bytes in " + area.folder() + " (" + own + " for itself and its key, "
                + (needed - own) + " unpacked) and " + room + " are free there; raise secure_size (now "
                + area.sizeText()
                + ") and start the agent again, or send less";
    }

    /** Room was counted before; so somebody else has taken it, or it is not bytes that are short. */
    private String filled(long needed) {
        return area.folder() + " became full while the payload was written, which needs " + needed
                + " bytes there: something else fills it, or it may hold no more files (nr_inodes of its mount);"
                + " nothing of the payload is kept";
    }

    private static long blocks(long bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }

    private static boolean full(IOException e) {
        return String.valueOf(e.getMessage()).contains("No space left on device");
    }

    private boolean hasScript(PayloadArchive archive) {
        return !settings.script().isEmpty()
                && archive.entries().stream()
                        .anyMatch(entry -> !entry.directory() && entry.name().equals(settings.script()));
    }

    private void fill(BootstrapKey key, byte[] clear, Optional<PayloadArchive> archive)
            throws IOException, PayloadException {
        Path folder = sharing.newTop(leftoverPath());
        writeKey(key, folder);
        write(folder.resolve(settings.payloadName()), clear);
        if (archive.isPresent()) {
            for (PayloadArchive.Entry entry : archive.get().entries()) {
                extract(archive.get(), entry, folder, folder.resolve(entry.name()));
            }
            makeActionsExecutable(folder);
        }
    }

    private void writeKey(BootstrapKey key, Path folder) throws IOException {
        byte[] raw = key.bytes().apply(byte[]::clone);
        try {
            write(folder.resolve(settings.keyName()), raw);
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = create(file)) {
            writeAll(channel, ByteBuffer.wrap(content));
        }
    }

    private static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), Sharing.privateFile());
    }

    private static void writeAll(FileChannel channel, ByteBuffer content) throws IOException {
        while (content.hasRemaining()) {
            channel.write(content);
        }
    }

    private void extract(PayloadArchive archive, PayloadArchive.Entry entry, Path top, Path target)
            throws IOException, PayloadException {
        if (entry.directory()) {
            sharing.newFolders(top, target);
            return;
        }
        sharing.newFolders(top, Objects.requireNonNull(target.getParent()));
        try (FileChannel channel = create(target)) {
            archive.unpack(
                    entry, (buffer, offset, length) -> writeAll(channel, ByteBuffer.wrap(buffer, offset, length)));
        }
        // Archives seldom carry modes; the script is made executable whatever its own say, as Keylime does.
        sharing.finished(target, entry.executable() || entry.name().equals(settings.script()));
    }

    /** Files that {@code action_list} names are programs, whatever separates them (certificate reference §4.4). */
    private void makeActionsExecutable(Path folder) throws IOException {
        Path list = folder.resolve(ActionList.FILE);
        if (!Files.isRegularFile(list, LinkOption.NOFOLLOW_LINKS) || Files.size(list) > ActionList.MAX_BYTES) {
            return;
        }
        List<String> names;
        try {
            names = ActionList.parse(new String(Files.readAllBytes(list), StandardCharsets.UTF_8))
                    .names();
        } catch (PayloadException e) {
            // Said by whoever looks at the actions of an unpacked payload.
            LOG.debug("{} makes nothing executable", list, e);
            return;
        }
        for (String action : names) {
            if (!ActionList.problem(action).isEmpty()) {
                continue;
            }
            Path file = folder.resolve(action);
            try {
                if (Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isRegularFile()) {
                    sharing.finished(file, true);
                }
            } catch (NoSuchFileException e) {
                LOG.debug("{} is an installed action, or a module named without its ending", action);
            }
        }
    }

    private Path link() {
        return area.folder().resolve(settings.payloadName());
    }

    private void requireLinkable() throws PayloadException {
        if (Files.isDirectory(link(), LinkOption.NOFOLLOW_LINKS)) {
            throw new PayloadException(link() + " is a folder, where the decrypted payload has to be; remove it");
        }
    }

    /** Keylime's documents promise {@code secure/decrypted_payload}, its agent writes {@code secure/unzipped/…}: both work. */
    private void linkPlaintext() throws IOException {
        Path link = link();
        Path target = Path.of("unzipped", settings.payloadName());
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
            return;
        }
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, target);
    }

    private void discard() {
        try {
            leftover().remove();
        } catch (IOException e) {
            // Said again, and tried again, at the next payload and the next start.
            LOG.warn("leftovers of a payload: {}", e.getMessage());
        }
    }
}
