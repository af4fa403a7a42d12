package dev.culvert.linux;

import java.io.IOException;
import java.nio.file.Path;

/** A process that tries to lock a file, says how that went, and keeps the lock until its input ends. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
        switch (FcntlLock.tryLock(Path.of(arguments[0]))) {
            case FcntlLock.Attempt.Locked(FcntlLock lock) -> {
                System.out.println("locked");
                while (System.in.read() >= 0) {
                    // until the other side closes it
                }
                lock.close();
            }
            case FcntlLock.Attempt.HeldBy(int pid) -> System.out.println("held by " + pid);
        }
    }
}
