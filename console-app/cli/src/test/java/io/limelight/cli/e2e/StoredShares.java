package io.limelight.cli.e2e;

import io.limelight.core.secret.SecretBytes;
import io.limelight.verifier.vault.StorageKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The shares a verifier keeps, opened with its storage key as only the verifier itself should do. */
final class StoredShares {
    private StoredShares() {}

    /**
     * One share.
     *
     * @param agentId whose it is
     * @param v the share in clear
     */
    @SuppressWarnings("ArrayRecordComponent") // looked for, never compared
    record Share(String agentId, byte[] v) {}

    static List<Share> read(Path workDirectory) throws Exception {
        SecureRandom random = new SecureRandom();
        List<Share> shares = new ArrayList<>();
        byte[] bytes = Files.readAllBytes(workDirectory.resolve("limelight_storage.key"));
        try (StorageKey key = StorageKey.of(SecretBytes.copyOf(bytes), random);
                Connection database =
                        DriverManager.getConnection("jdbc:sqlite:" + workDirectory.resolve("limelight_cv.sqlite"));
                Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery("SELECT agent_id, v FROM agent WHERE v IS NOT NULL")) {
            while (rows.next()) {
                try (SecretBytes v = key.open(rows.getBytes(2), rows.getString(1), "v")) {
                    shares.add(new Share(rows.getString(1), v.apply(byte[]::clone)));
                }
            }
        }
        return shares;
    }
}
