package io.limelight.agent.payload;

import io.limelight.agent.privileges.ProcessUser;
import io.limelight.agent.privileges.SystemCommand;
import io.limelight.core.secret.FileTrouble;
import io.limelight.core.secret.PrivateFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place for secrets: {@code <work dir>/secure}, a file system in memory, for its owner only (wire reference §4.4).
 *
 * <p>A tmpfs that is mounted there already is used as it is; one that an earlier agent of ours mounted is given today's
 * {@code secure_size}. Where nothing is mounted a tmpfs is, kept out of swap where the kernel can do that. Then the kernel's
 * mount table has to say that the folder <em>is</em> in that memory; anything else there is fatal, there is no fallback to disk.
 *
 * <p>It stays mounted when the agent stops, as Keylime's does: what was unpacked is in use by the machine. Unmounting it, or a
 * reboot, is how it is cleared.
 */
public final class SecureArea {
    /** What we mount it as, to know our own again. */
    static final String SOURCE = "limelight-secure";

    private static final Logger LOG = LoggerFactory.getLogger(SecureArea.class);
    private static final String MEMORY = "tmpfs";

    private final Path folder;
    private final boolean inMemory;
    private final Owner owner;

    private SecureArea(Path folder, boolean inMemory, Owner owner) {
        this.folder = folder;
        this.inMemory = inMemory;
        this.owner = owner;
    }

    /**
     * Who may use an area.
     *
     * @param uid user that everything in it belongs to
     * @param gid that user's group
     * @param scriptGroup group by which payload scripts reach what was unpacked for them; empty if they are root or the owner
     */
    public record Owner(int uid, int gid, OptionalInt scriptGroup) {
        /** This process, with scripts of its own user. */
        public static Owner self() {
            ProcessUser self = ProcessUser.current();
            return new Owner(self.uid(), self.gid(), OptionalInt.empty());
        }
    }

    /**
     * Mounts or finds the area.
     *
     * @param folder where; made if missing
     * @param size {@code secure_size}, checked to be a size
     * @param owner whose it shall be; only root can give it to somebody else
     * @throws SecureAreaException if there is none to be had; a sentence
     */
    public static SecureArea mounted(Path folder, String size, Owner owner) throws SecureAreaException {
        Path place = prepared(folder);
        Optional<MountTable.Mount> present = table().at(place);
        if (present.isEmpty()) {
            requireEmpty(place);
            mount(place, size);
        } else if (present.get().type().equals(MEMORY)) {
            resize(present.get(), size);
        }
        requireMemory(place);
        restrict(place, owner);
        return new SecureArea(place, true, owner);
    }

    /**
     * A plain folder, for development without root.
     *
     * @throws SecureAreaException if it cannot be made or belongs to somebody else
     */
    public static SecureArea development(Path folder, Owner owner) throws SecureAreaException {
        Path place = prepared(folder);
        Optional<MountTable.Mount> present = table().at(place);
        restrict(place, owner);
        if (present.isPresent() && present.get().type().equals(MEMORY)) {
            return new SecureArea(place, true, owner);
        }
        LOG.warn("*** secure_mount = development: keys and payloads are written to DISK, in {}", place);
        LOG.warn("*** they survive reboots and can be read from the disk; never use this machine with real secrets");
        return new SecureArea(place, false, owner);
    }

    private static Path prepared(Path folder) throws SecureAreaException {
        try {
            if (Files.isSymbolicLink(folder)) {
                throw new SecureAreaException(folder
                        + " is a link; secrets are only kept in a folder of the agent's own:" + " remove the link");
            }
            return PrivateFiles.createFolder(folder.toAbsolutePath()).toRealPath();
        } catch (IOException e) {
            throw new SecureAreaException("the folder for secrets cannot be made: " + FileTrouble.sentence(e), e);
        }
    }

    private static MountTable table() throws SecureAreaException {
        try {
            return MountTable.read();
        } catch (IOException e) {
            throw new SecureAreaException(
                    "what is mounted cannot be read from /proc (" + e.getMessage()
                            + "); without it nobody can tell memory from disk",
                    e);
        }
    }

    /** Files that a mount would hide are secrets of a development run, left on disk. */
    private static void requireEmpty(Path place) throws SecureAreaException {
        try (DirectoryStream<Path> content = Files.newDirectoryStream(place)) {
            if (content.iterator().hasNext()) {
                LOG.warn(
                        "{} on disk is not empty (a run with secure_mount = development?); what is in it stays on the disk"
                                + " below the memory that is mounted over it, remove it",
                        place);
            }
        } catch (IOException e) {
            throw new SecureAreaException(place + " cannot be read: " + FileTrouble.sentence(e), e);
        }
    }

    private static void mount(Path place, String size) throws SecureAreaException {
        String options = "size=" + size + ",mode=0700,nosuid,nodev";
        try {
            mount(place, options + ",noswap", MEMORY);
        } catch (IOException e) {
            LOG.debug("no mount with noswap: {}", e.getMessage());
            try {
                mount(place, options, MEMORY);
            } catch (IOException second) {
                throw new SecureAreaException(
                        "the memory for secrets cannot be mounted on " + place + " (" + second.getMessage()
                                + "). Start the agent as root, or have it mounted before the agent starts (mount -t tmpfs -o"
                                + " size=" + size + ",mode=0700,uid=" + userName() + " tmpfs " + place
                                + "). For development only, secure_mount = \"development\" uses the plain folder",
                        second);
            }
            if (swapping()) {
                LOG.warn(
                        "this kernel cannot keep {} out of swap (noswap needs Linux 6.4), and swap is on: use encrypted swap"
                                + " or switch it off",
                        place);
            }
        }
    }

    private static void mount(Path place, String options, String type) throws IOException {
        SystemCommand.require("mount", "-t", type, "-o", options, SOURCE, place.toString());
    }

    private static boolean swapping() {
        try {
            return Files.readAllLines(Path.of("/proc/swaps")).size() > 1;
        } catch (IOException e) {
            // A kernel without swap has no such file.
            return false;
        }
    }

    /** An area of ours follows secure_size; anybody else's is left as it is, as Keylime does. */
    private static void resize(MountTable.Mount present, String size) {
        if (!present.source().equals(SOURCE)) {
            LOG.info("{} is mounted already; its own size counts, not secure_size", present.point());
            return;
        }
        if (!ProcessUser.current().root()) {
            return;
        }
        try {
            SystemCommand.require(
                    "mount", "-o", "remount,size=" + size, present.point().toString());
        } catch (IOException e) {
            LOG.warn(
                    "{} keeps its size ({}); what is in it may be larger than secure_size = {}",
                    present.point(),
                    e.getMessage(),
                    size);
        }
    }

    private static void requireMemory(Path place) throws SecureAreaException {
        Optional<MountTable.Mount> mount = table().at(place);
        if (mount.isEmpty()) {
            throw new SecureAreaException("mount reported success but nothing is mounted on " + place);
        }
        if (!mount.get().type().equals(MEMORY)) {
            throw new SecureAreaException(place + " is a mounted " + mount.get().type()
                    + " file system; secrets are only kept in memory (tmpfs): unmount it");
        }
        try {
            if ((long) Files.getAttribute(place, "unix:dev") != mount.get().device()) {
                throw new SecureAreaException(
                        place + " is not in the tmpfs that the mount table shows there; another mount is in the way");
            }
        } catch (IOException e) {
            throw new SecureAreaException(place + " cannot be read: " + FileTrouble.sentence(e), e);
        }
    }

    /** For its owner only, whoever mounted it with whatever mode. */
    private static void restrict(Path place, Owner owner) throws SecureAreaException {
        ProcessUser self = ProcessUser.current();
        try {
            int present = (int) Files.getAttribute(place, "unix:uid", LinkOption.NOFOLLOW_LINKS);
            if (present != owner.uid() && !self.root()) {
                throw new SecureAreaException(place + " belongs to user id " + present + " and the agent runs as "
                        + owner.uid() + "; unmount it, or mount it with uid=" + owner.uid());
            }
            Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx------"));
            if (present != owner.uid()) {
                handOver(place, owner);
            }
            if (owner.scriptGroup().isPresent()) {
                // Scripts may pass through it to their folder, and see nothing else.
                Files.setAttribute(place, "unix:gid", owner.scriptGroup().getAsInt());
                Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwx--x---"));
            }
        } catch (IOException e) {
            throw new SecureAreaException(place + " cannot be restricted to its owner: " + FileTrouble.sentence(e), e);
        }
    }

    /** What an agent of another user has left in it goes with it; links are not followed. */
    private static void handOver(Path place, Owner owner) throws IOException, SecureAreaException {
        Optional<MountTable.Mount> inside = table().inside(place);
        if (inside.isPresent()) {
            throw new SecureAreaException("something is mounted on "
                    + inside.get().point() + ", inside the secure area;" + " unmount it first");
        }
        SystemCommand.require("chown", "-R", "-h", "-P", owner.uid() + ":" + owner.gid(), place.toString());
    }

    private static String userName() {
        return System.getProperty("user.name", "");
    }

    /** The area itself. */
    public Path folder() {
        return folder;
    }

    /** Where payloads are unpacked. */
    public Path unzipped() {
        return folder.resolve("unzipped");
    }

    Owner owner() {
        return owner;
    }

    /** Whether it is memory; false only with the development switch. */
    public boolean inMemory() {
        return inMemory;
    }

    /** Whether programs in it can be started. */
    boolean allowsPrograms() throws IOException {
        return MountTable.read().at(folder).map(mount -> !mount.has("noexec")).orElse(true);
    }

    /** Bytes that can still be written. */
    public long free() throws IOException {
        return store().getUsableSpace();
    }

    private FileStore store() throws IOException {
        return Files.getFileStore(folder);
    }

    /** Its size for people and for the status: {@code 1m}, {@code 1536k}; the word development where it is no memory. */
    public String sizeText() {
        if (!inMemory) {
            return "development";
        }
        try {
            return sizeText(store().getTotalSpace());
        } catch (IOException e) {
            return "unknown";
        }
    }

    static String sizeText(long bytes) {
        if (bytes > 0 && bytes % (1 << 20) == 0) {
            return (bytes >> 20) + "m";
        }
        return bytes % 1024 == 0 ? (bytes >> 10) + "k" : Long.toString(bytes);
    }
}
