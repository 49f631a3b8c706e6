"""What callers hear is measured: rate, level, peaks, pauses; files are whole at every moment."""

import os
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ivr_flows.interfaces import Sentence
from ivr_flows.prompts.build import build, sentences
from ivr_flows.prompts.espeak import Espeak, VoiceError, on_this_machine
from ivr_flows.prompts.library import PAUSE_SECONDS, Library
from ivr_flows.prompts.recorded import Recordings, text_hash
from ivr_flows.prompts.sound import (
    CEILING,
    LOUDNESS,
    RATE,
    Sound,
    for_telephone,
    loudness,
    read_wav,
    resample,
    trim,
    wav_bytes,
)
from ivr_flows.prompts.spelling import Readings, spoken_words
from ivr_flows.texts import fill
from ivr_flows.values import PAUSE, ReadAs, Value, every_phrase
from tests.fakes.voice import ToneVoice
from tests.unit.ivr_flows.walking import shipped


def tone(hertz: float, seconds: float = 1.0, level: float = 0.5, rate: int = RATE) -> Sound:
    return Sound(level * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate), rate)


def library(folder: Path, voice: ToneVoice | None = None) -> Library:
    return Library(folder / "prompts", voice or ToneVoice(), Recordings(folder / "recorded"))


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("请拨12328", "请拨幺二三二八"),
        ("请按1", "请按一"),
        ("24小时", "二十四小时"),
        ("2小时", "两小时"),
        ("第2条", "第二条"),
        ("100元", "一百元"),
        ("2026年11月28日15:30", "二零二六年十一月二十八日十五点三十分"),
        ("气温-3.5度", "气温负三点五度"),
        ("约30%", "约百分之三十"),
        ("80公里/小时", "八十公里每小时"),
        ("G1京哈高速", "G 一京哈高速"),
        ("etc办理", "E T C 办理"),
        ("024-23896789", "零二四，二三八九六七八九"),
        ("２小时", "两小时"),
        ("🚕好的", "好的"),
    ],
)
def test_numbers_and_letters_are_said_as_people_say_them(written: str, spoken: str) -> None:
    assert spoken_words(written) == spoken


def test_words_with_several_readings_are_given_as_pinyin() -> None:
    readings = Readings.read()
    assert readings.pinyin_helped("重听请按九，正在处理") == "chong2 ting1 请按九，正在 chu3 li3"
    assert readings.pinyin_helped("E T C") == "yi4 ti4 xi1"


def test_every_reading_has_a_syllable_for_each_character() -> None:
    readings = Readings.read()
    assert all(len(pinyin.split()) == len(word) for word, pinyin in readings.words.items())
    assert sorted(readings.letters) == list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_100, 48_000])
def test_resampling_keeps_what_a_telephone_carries_and_nothing_above(rate: int) -> None:
    kept = resample(tone(1000, rate=rate))
    assert kept.rate == RATE
    assert len(kept.samples) == pytest.approx(RATE, abs=2)
    middle = kept.samples[1000:-1000]
    assert np.sqrt((middle**2).mean()) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    gone = resample(tone(5000, rate=rate)).samples[1000:-1000]
    assert np.abs(gone).max() < 0.01


def test_loudness_is_that_of_the_standard() -> None:
    # BS.1770: a 997 Hz sine at 0 dBFS in one channel reads -3.01 LUFS
    assert loudness(tone(997, 3.0, 1.0).samples) == pytest.approx(-3.01, abs=0.1)
    assert loudness(tone(997, 3.0, 0.1).samples) == pytest.approx(-23.01, abs=0.1)


@pytest.mark.parametrize("level", [0.03, 0.2, 1.0])
def test_every_sound_comes_out_at_one_loudness(level: float) -> None:
    out = for_telephone(tone(800, 1.5, level, 22_050))
    assert loudness(out.samples) == pytest.approx(LOUDNESS, abs=0.5)


def test_peaks_are_turned_down_without_clipping() -> None:
    quiet = tone(400, 2.0, 0.02).samples
    quiet[8000] = 1.0
    out = for_telephone(Sound(quiet, RATE))
    assert out.peak <= CEILING + 1e-6


def test_silence_around_the_speech_is_cut_but_for_a_breath() -> None:
    padded = Sound(np.concatenate([np.zeros(8000), tone(700).samples, np.zeros(8000)]), RATE)
    assert trim(padded).seconds == pytest.approx(1.11, abs=0.02)


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(5), np.zeros(9000)])
def test_a_sound_without_sound_breaks_nothing(samples: np.ndarray) -> None:
    out = for_telephone(Sound(samples, 22_050))
    assert out.peak == 0
    assert wav_bytes(out)[:4] == b"RIFF"


def test_a_streamed_header_with_wrong_sizes_is_read() -> None:
    data = bytearray(wav_bytes(tone(500)))
    data[40:44] = b"\xff\xff\xff\x7f"
    assert read_wav(bytes(data)).seconds == pytest.approx(1.0)
    with pytest.raises(ValueError, match="not a wav"):
        read_wav(b"ID3")


def test_a_phrase_is_made_once_as_8_khz_16_bit_mono(tmp_path: Path) -> None:
    voice = ToneVoice()
    sounds = library(tmp_path, voice)
    path = sounds.file("您好")
    assert sounds.file("您好") == path
    assert voice.said == ["您好"]
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8000, 2, 1)


def test_another_voice_has_files_of_its_own(tmp_path: Path) -> None:
    assert library(tmp_path, ToneVoice("a")).path("您好") != library(tmp_path, ToneVoice("b")).path(
        "您好"
    )


def test_many_makers_at_once_leave_one_whole_file_and_no_scraps(tmp_path: Path) -> None:
    sounds = [library(tmp_path) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        paths = set(pool.map(lambda one: one.file("同一句话"), sounds * 4))
    (path,) = paths
    assert read_wav(path.read_bytes()).seconds > 0.3
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_a_sentence_with_values_is_one_file_of_known_phrases_and_gone_afterwards(
    tmp_path: Path,
) -> None:
    voice = ToneVoice()
    sounds = library(tmp_path, voice)
    values = {"no": Value("JT2101002026112851952743", ReadAs.ORDER_NO)}
    sentence = fill("编号是{no}。", values)
    for phrase in every_phrase():
        sounds.file(phrase)
    sounds.file("编号是")
    asked = len(voice.said)
    with sounds.spoken(sentence) as path:
        seconds = read_wav(path.read_bytes()).seconds
    assert len(voice.said) == asked, "nothing may be synthesised while a caller waits"
    assert not path.exists()
    parts = [phrase for phrase in sentence.phrases if phrase != PAUSE]
    spoken = sum(read_wav(sounds.file(part).read_bytes()).seconds for part in parts)
    assert seconds >= spoken + 3 * PAUSE_SECONDS


def test_a_fixed_sentence_is_played_from_its_lasting_file(tmp_path: Path) -> None:
    sounds = library(tmp_path)
    with sounds.spoken(Sentence(("您好",))) as path:
        assert path == sounds.file("您好")
    assert path.exists()


@pytest.mark.parametrize("phrases", [(), (PAUSE,), (PAUSE, PAUSE)])
def test_a_sentence_of_nothing_is_a_short_silence(tmp_path: Path, phrases: tuple[str, ...]) -> None:
    with library(tmp_path).spoken(Sentence(phrases)) as path:
        assert read_wav(path.read_bytes()).peak == 0


def test_a_recording_takes_the_place_of_the_built_in_voice(tmp_path: Path) -> None:
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    voice = ToneVoice()
    sounds = library(tmp_path, voice)
    built_in = sounds.file("欢迎")
    (recorded / f"{text_hash('欢迎')}.wav").write_bytes(wav_bytes(tone(300, 2.0, rate=44_100)))
    spoken = sounds.file("欢迎")
    assert spoken != built_in
    sound = read_wav(spoken.read_bytes())
    assert sound.seconds == pytest.approx(2.0, abs=0.1)
    assert loudness(sound.samples) == pytest.approx(LOUDNESS, abs=0.5)
    (recorded / f"{text_hash('欢迎')}.wav").unlink()
    assert sounds.file("欢迎") == built_in


def test_a_recording_may_be_named_in_an_index(tmp_path: Path) -> None:
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    (recorded / "welcome.wav").write_bytes(wav_bytes(tone(300, 1.0)))
    (recorded / "index.yaml").write_text("welcome: 欢迎\nlost: 没有文件\n", "utf-8")
    voice = ToneVoice()
    library(tmp_path, voice).file("欢迎")
    assert voice.said == []


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a sound", b"\x00" * 5000])
def test_a_broken_recording_gives_way_to_the_built_in_voice(tmp_path: Path, content: bytes) -> None:
    recorded = tmp_path / "recorded"
    recorded.mkdir()
    (recorded / f"{text_hash('欢迎')}.wav").write_bytes(content)
    (recorded / "index.yaml").write_text("[", "utf-8")
    voice = ToneVoice()
    library(tmp_path, voice).file("欢迎")
    assert voice.said == ["欢迎"]


def test_a_build_makes_every_sentence_phrase_and_named_prompt_and_then_nothing(
    tmp_path: Path,
) -> None:
    voice = ToneVoice()
    sounds = library(tmp_path, voice)
    bundles = [shipped(), shipped("survey")]
    named = {"named/closed": "现在不是人工服务时间。", "zh/digits/1": "一"}
    told: list[tuple[int, int]] = []
    built = build(sounds, bundles, named, lambda done, total: told.append((done, total)), 2)
    assert built.failed == ()
    assert told[-1] == (built.total, built.total)
    assert set(sentences(bundles)) <= set(voice.said)
    assert (tmp_path / "prompts" / "named" / "closed.wav").exists()
    assert (tmp_path / "prompts" / "zh" / "digits" / "1.wav").exists()
    asked = len(voice.said)
    build(sounds, bundles, named, lambda _done, _total: None, 2)
    assert len(voice.said) == asked


def test_a_changed_text_changes_the_named_prompt(tmp_path: Path) -> None:
    sounds = library(tmp_path)
    assert sounds.place("named/closed", "一") is True
    assert sounds.place("named/closed", "一") is False
    assert sounds.place("named/closed", "另一句") is True


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "named/../../outside"])
def test_a_prompts_name_cannot_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        library(tmp_path).place(name, "一")


def test_a_text_that_cannot_be_said_is_reported_and_the_rest_is_made(tmp_path: Path) -> None:
    sounds = library(tmp_path)
    named = {"named/bad": "说不出", "named/good": "说得出"}
    built = build(sounds, [], named, lambda _done, _total: None, 2)
    assert [error.text for error in built.failed] == ["说不出"]
    assert (tmp_path / "prompts" / "named" / "good.wav").exists()


@pytest.mark.parametrize("name", ["joined/x.wav", ".scrap.part", "named/.scrap.part"])
def test_what_killed_processes_left_behind_is_swept(tmp_path: Path, name: str) -> None:
    left = tmp_path / "prompts" / name
    left.parent.mkdir(parents=True)
    left.write_bytes(b"")
    sounds = library(tmp_path)
    assert sounds.sweep() == 0
    os.utime(left, (0, 0))
    assert sounds.sweep() == 1
    assert not left.exists()


@pytest.mark.parametrize(
    "command", [("/no/such/espeak",), ("false",), ("true",), ("sh", "-c", "echo no sound")]
)
def test_a_voice_that_does_not_work_says_so(command: tuple[str, ...]) -> None:
    with pytest.raises(VoiceError, match="您好"):
        Espeak(command).synthesize("您好")


def test_nothing_speakable_is_not_sent_to_the_voice() -> None:
    with pytest.raises(VoiceError, match="no speakable word"):
        Espeak(("false",)).synthesize("🚕 ，。")


@pytest.mark.skipif(on_this_machine() is None, reason="no espeak-ng on this machine")
def test_the_built_in_voice_speaks_mandarin_at_a_natural_pace(tmp_path: Path) -> None:
    voice = on_this_machine()
    assert voice is not None
    sounds = Library(tmp_path, voice, Recordings(tmp_path / "recorded"))
    text = "水上遇险请按8，人工服务请按0。查路况请按1，ETC请按2，投诉举报请按3"
    sound = read_wav(sounds.file(text).read_bytes())
    assert 0.18 < sound.seconds / len(text) < 0.34
    assert loudness(sound.samples) == pytest.approx(LOUDNESS, abs=0.5)
    assert sound.peak <= CEILING + 0.001
    quiet = np.abs(sound.samples) < 0.01
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]])))[:])[::2]
    assert sum(runs > 0.12 * RATE) >= 4, "commas and full stops are heard as pauses"


@pytest.mark.skipif(on_this_machine() is None, reason="no espeak-ng on this machine")
def test_text_that_looks_like_an_option_or_markup_is_only_words(tmp_path: Path) -> None:
    voice = on_this_machine()
    assert voice is not None
    sounds = Library(tmp_path, voice, Recordings(tmp_path / "recorded"))
    for text in (
        "--version好",
        "-w /tmp/x 好",
        "<speak>好</speak>",
        "$(id)好",
        "好\n-f/etc/passwd",
    ):
        assert 0.1 < read_wav(sounds.file(text).read_bytes()).seconds < 30
