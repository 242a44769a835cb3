/** A Dockerfile that both Docker and the sandbox build, and what it shows; all that counts is below `/out`. */
export interface DockerfileCase {
  readonly shows: string
  readonly dockerfile: string
  readonly args?: Readonly<Record<string, string>>
  readonly target?: string
}

/** What is in the build context: path to content; `->` in front is a link, a mode behind `#`. */
export const contextFiles: Readonly<Record<string, string>> = {
  'dir/f': 'a',
  'dir/sub/g': 'b#4755',
  'dir/sub/.hidden': 'h#600',
  'dir/l': '->f',
  'dir/empty/.keep': '',
  dirlink: '->dir',
  filelink: '->dir/f',
  'a1.txt': 'one',
  'a2.txt': 'two',
  'b.md': 'md#640',
  'sp ace.txt': 'space',
  'node_modules/x': 'ignored',
  'secret.env': 'ignored',
  'docs/readme.md': 'ignored',
  'docs/keep.md': 'kept',
  '.dockerignore': 'node_modules\n*.env\ndocs/*\n!docs/keep.md\n',
}

export const dockerfileCases: readonly DockerfileCase[] = [
  { shows: "a folder's contents are copied, and not the folder", dockerfile: 'COPY dir /out/d' },
  { shows: 'a file into a folder', dockerfile: 'COPY dir/f /out/w/' },
  { shows: 'a file under another name', dockerfile: 'COPY dir/f /out/w/x' },
  { shows: 'wildcards', dockerfile: 'COPY a?.t[wx]t b* /out/\nCOPY nothing* /out/none/\nCOPY d* /out/dd/' },
  { shows: 'all of the context, without what .dockerignore leaves out', dockerfile: 'COPY . /out/' },
  {
    shows: 'links: at the end they are followed, within they stay',
    dockerfile: 'COPY dirlink /out/d\nCOPY filelink /out/f',
  },
  {
    shows: 'links of the image are followed',
    dockerfile:
      'RUN mkdir -p /out/real && ln -s real /out/to && ln -s real/f /out/file\nCOPY dir/f /out/to/\nCOPY a1.txt /out/file',
  },
  {
    shows: 'owners by number, also of the folders on the way',
    dockerfile: 'COPY --chown=7:8 dir /out/o/d\nCOPY --chown=9 a1.txt /out/p/q',
  },
  {
    shows: 'owners by name',
    dockerfile: 'COPY --chown=nobody a1.txt /out/n\nCOPY --chown=root:root a1.txt /out/r',
  },
  { shows: 'permissions', dockerfile: 'COPY --chmod=640 a1.txt b.md /out/' },
  {
    shows: 'a folder that is there keeps what it is like',
    dockerfile: 'RUN mkdir -p /out/t && chmod 1777 /out/t && chown 3:4 /out/t\nCOPY dir /out/t',
  },
  { shows: 'names with spaces', dockerfile: 'COPY ["sp ace.txt", "/out/with space/"]' },
  {
    shows: 'WORKDIR: relative, and as the user',
    dockerfile: 'WORKDIR /out/w\nUSER 5:6\nWORKDIR y\nCOPY a1.txt u/v\nRUN touch here',
  },
  {
    shows: 'variables: defaults, alternatives, what ENV sets over ARG',
    dockerfile:
      'ARG A=1\nARG GIVEN=no\nENV B=${A}2 C=${NONE:-dflt} D=${A:+alt} E="a b" F=$NONE\nENV G  old  form\nARG B=lost\nENV H=${B}\nCOPY a1.txt /out/$B/${C}\nRUN mkdir -p /out && echo "$A|$B|$C|$D|$E|$F|$G|$H|$GIVEN" > /out/env',
    args: { GIVEN: 'yes' },
  },
  {
    shows: 'arguments in front of FROM',
    dockerfile: 'ARG V=x\nRUN mkdir -p /out && echo "[$V]" > /out/v',
  },
  {
    shows: 'stages, and their files with their owners',
    dockerfile:
      'FROM busybox AS one\nRUN mkdir -p /s/d && echo 1 > /s/d/x && chown 33:44 /s/d/x /s/d && chmod 711 /s/d && touch -d 2001-01-01 /s/d/x\nFROM one AS two\nRUN echo 2 > /s/two\nFROM busybox\nCOPY --from=one /s /out/one\nCOPY --from=1 /s/two /out/\nCOPY --from=two --chown=1:2 /s/d /out/own',
  },
  {
    shows: 'a target',
    dockerfile: 'FROM busybox AS t\nRUN mkdir /out && echo t > /out/t\nFROM busybox\nRUN false',
    target: 't',
  },
  {
    shows: 'folders that are made anew hide the old ones',
    dockerfile:
      'FROM busybox AS b\nCOPY dir /x\nRUN rm -rf /x && mkdir /x && echo new > /x/n\nRUN rm -f /x/none && mkdir -p /y/z && touch /y/z/1 /y/z/2\nRUN rm /y/z/1\nFROM busybox\nCOPY --from=b /x /out/x\nCOPY --from=b /y /out/y',
  },
  {
    shows: 'folders that are made anew, seen by the next command',
    dockerfile: 'COPY dir /x\nRUN rm -rf /x && mkdir /x && touch /x/n\nRUN mkdir /out && ls -A /x > /out/ls',
  },
  {
    shows: 'the exec form',
    dockerfile: 'RUN ["mkdir", "-p", "/out/a b"]\nRUN ["sh", "-c", "echo \\"$0\\" > /out/0", "zero"]',
  },
  {
    shows: 'a shell of its own',
    dockerfile:
      'SHELL ["/bin/sh", "-e", "-c"]\nRUN mkdir /out; echo "$-" | grep -o e > /out/flags\nCMD echo hi',
  },
  {
    shows: 'line breaks and comments',
    dockerfile: 'RUN mkdir /out && \\\n  # a comment\n  echo 1 \\\n\n  > /out/x',
  },
  {
    shows: 'ADD unpacks an archive',
    dockerfile: 'RUN true\nADD archive.tar.gz /out/ad\nADD a1.txt /out/ad/\nADD not-an-archive.gz /out/',
  },
  {
    shows: 'mounts of RUN',
    dockerfile:
      'RUN --mount=type=cache,target=/cache --mount=type=tmpfs,target=/tmpfs --mount=type=bind,source=dir,target=/bound --mount=type=bind,source=a1.txt,target=/bfile mkdir -p /out && cat /bound/f /bfile > /out/read && touch /cache/c /tmpfs/t',
  },
  {
    shows: 'a cache is kept',
    dockerfile:
      'RUN --mount=type=cache,id=CASE,target=/c echo kept > /c/f\nRUN --mount=type=cache,id=CASE,target=/d mkdir /out && cat /d/f > /out/f',
  },
  {
    shows: 'the settings of an image',
    dockerfile:
      'ENV A="x y"\nEXPOSE 80 53/udp 100-102\nVOLUME ["/data"]\nVOLUME /v1 /v2\nLABEL a=1 "b.c"="two words" d=$A\nUSER nobody\nSTOPSIGNAL SIGINT\nENTRYPOINT ["tini", "--"]\nCMD ["node", "a b.js"]\nHEALTHCHECK --interval=5s CMD true',
  },
  {
    shows: 'an entrypoint takes the command of its base away',
    dockerfile: 'FROM busybox AS base\nCMD ["a"]\nFROM base\nENTRYPOINT ["e"]',
  },
  { shows: 'an entrypoint behind a command of its own', dockerfile: 'CMD ["a"]\nENTRYPOINT e $HOME' },
  {
    shows: 'a user, his home and his own group',
    dockerfile:
      'USER nobody\nRUN id -u > /tmp/u; id -g >> /tmp/u\nUSER 0\nRUN mkdir /out && cp -p /tmp/u /out/',
  },
]
